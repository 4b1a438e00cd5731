// SPDX-License-Identifier: MIT
#include "durable_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "failure.hpp"

namespace tickwork::lmdb {

namespace {

void sync_opened(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags);
  const bool good = file >= 0 && ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!good) throw Failure(TW_E_IO, "cannot sync " + path + ": " + std::strerror(why));
}

}  // namespace

void sync_folder(const std::string& folder) { sync_opened(folder, O_DIRECTORY); }
void sync_file(const std::string& path) { sync_opened(path, 0); }

void make_folder(const std::string& folder) {
  std::error_code why;
  const auto path = std::filesystem::absolute(folder);
  if (std::filesystem::is_directory(path, why)) return;
  make_folder(path.parent_path().string());
  std::filesystem::create_directory(path, why);
  if (why) throw Failure(TW_E_IO, "cannot create " + folder + ": " + why.message());
  sync_folder(path.parent_path().string());
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Failure(TW_E_IO, "cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

void give_to_owner_of(const std::string& owned, const std::string& file) {
  struct stat info {};
  if (::geteuid() != 0 || ::stat(owned.c_str(), &info) != 0) return;
  if (::lchown(file.c_str(), info.st_uid, info.st_gid) != 0) return;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

void write_file(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0660);
  const bool good = file >= 0 && write_all(file, bytes) && ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!good) throw Failure(TW_E_IO, "cannot write " + path + ": " + std::strerror(why));
}

FolderUse::FolderUse(const std::string& folder)
    : file_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (file_ < 0) throw Failure(TW_E_IO, "cannot open " + folder + ": " + std::strerror(errno));
  while (::flock(file_, LOCK_SH) != 0 && errno == EINTR) {
  }
}

FolderUse::~FolderUse() { ::close(file_); }

FolderChange::FolderChange(const std::string& folder)
    : file_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (file_ < 0 || ::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(file_);
  file_ = -1;
}

FolderChange::~FolderChange() {
  if (file_ >= 0) ::close(file_);
}

std::unique_ptr<FolderLock> FolderLock::to_read(const std::string& folder) {
  std::unique_ptr<FolderLock> lock{new FolderLock};
  lock->file_ = ::open((folder + "/lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (lock->file_ < 0 && errno == ENOENT) return lock;  // no process has ever opened it
  if (lock->file_ < 0) {
    throw Failure(TW_E_IO, "cannot open " + folder + "/lock: " + std::strerror(errno) +
                               "; run this as the user that owns it");
  }
  return ::flock(lock->file_, LOCK_SH | LOCK_NB) == 0 ? std::move(lock) : nullptr;
}

FolderLock::FolderLock(const std::string& folder) {
  const std::string path = folder + "/lock";
  file_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0660);
  if (file_ < 0) throw Failure(TW_E_IO, "cannot open " + path + ": " + std::strerror(errno));
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(file_);
  throw Failure(TW_E_IO, folder + " is in use by another process or instance");
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace tickwork::lmdb
