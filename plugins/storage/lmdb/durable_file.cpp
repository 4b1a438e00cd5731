// SPDX-License-Identifier: MIT
#include "durable_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "failure.hpp"

namespace tickwork::lmdb {

void sync_folder(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool good = file >= 0 && ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!good) throw Failure(TW_E_IO, "cannot sync " + folder + ": " + std::strerror(why));
}

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

FolderLock::FolderLock(const std::string& folder) {
  const std::string path = folder + "/lock";
  file_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0660);
  if (file_ < 0) throw Failure(TW_E_IO, "cannot open " + path + ": " + std::strerror(errno));
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(file_);
  throw Failure(TW_E_IO, folder + " is in use by another process or instance");
}

FolderLock::~FolderLock() { ::close(file_); }

}  // namespace tickwork::lmdb
