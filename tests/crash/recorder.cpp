// SPDX-License-Identifier: MIT
#include "recorder.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <unordered_map>

namespace tickwork::crash {

// ---- the journal ----

struct Journal::Head {
  uint64_t used, count;
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
};

namespace {

struct Row {  // in the journal, behind it the path and the bytes
  Call call;
  uint32_t durable;
  uint64_t file, offset, until, path, bytes, room;
};

uint64_t rounded(uint64_t n) { return (n + 7) / 8 * 8; }

}  // namespace

Journal::Journal(size_t bytes) : size_{bytes} {
  void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error{"no memory for the journal"};
  head_ = static_cast<Head*>(memory);
}

Journal::~Journal() { munmap(head_, size_); }

void Journal::clear() {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  madvise(reinterpret_cast<char*>(head_) + page, size_ - page, MADV_REMOVE);
  head_->used = head_->count = 0;
}

uint64_t Journal::count() const { return head_->count; }

char* Journal::add(const Event& event) {
  const Row row{event.call,         event.durable,
                event.file,         event.offset,
                event.until,        event.path.size(),
                event.bytes.size(), rounded(sizeof row + event.path.size() + event.bytes.size())};
  if (sizeof(Head) + head_->used + row.room > size_) {
    std::fprintf(stderr, "the journal is full\n");
    _exit(9);
  }
  char* at = head_->bytes() + head_->used;
  std::memcpy(at, &row, sizeof row);
  char* end = std::copy(event.path.begin(), event.path.end(), at + sizeof row);
  std::copy(event.bytes.begin(), event.bytes.end(), end);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  head_->used += row.room;
  ++head_->count;
  return at;
}

void Journal::finish(char* added, uint64_t bytes, bool durable) {
  Row row;
  std::memcpy(&row, added, sizeof row);
  row.bytes = std::min(row.bytes, bytes);
  row.durable = durable;
  std::memcpy(added, &row, sizeof row);
}

void Journal::each(const std::function<void(uint64_t, const Event&)>& hand) const {
  const char* at = head_->bytes();
  for (uint64_t number = 0; number < head_->count; ++number) {
    Row row;
    std::memcpy(&row, at, sizeof row);
    const char* path = at + sizeof row;
    hand(number, {row.call,
                  row.file,
                  row.offset,
                  row.until,
                  row.durable != 0,
                  {path, row.path},
                  {path + row.path, row.bytes}});
    at += row.room;
  }
}

// ---- the calls ----

namespace {

struct Opened {
  std::string path;   // below the folder
  uint64_t file = 0;  // 0: a folder
  bool durable = false, append = false;
};

class Recorder {
 public:
  Recorder(std::string folder, Journal& journal, Faults faults, unsigned seed)
      : folder_{std::move(folder)}, journal_{journal}, faults_{faults}, random_{seed} {
    // The numbers that Disk gives.
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      if (!entry.is_directory()) paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) names_[path.lexically_relative(folder_).string()] = ++files_;
  }

  std::mutex lock;  // over a call and its event

  // Below the folder, or nothing.
  std::optional<std::string> path_of(int at, const char* path) const {
    std::string whole{path};
    if (whole.empty() || whole[0] != '/') {
      char base[PATH_MAX];
      const std::string link =
          at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/" + std::to_string(at);
      const auto n = syscall(SYS_readlink, link.c_str(), base, sizeof base);
      if (n < 0) return {};
      whole = std::string(base, static_cast<size_t>(n)) + "/" + whole;
    }
    whole = std::filesystem::path{whole}.lexically_normal().string();
    while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
    if (whole == folder_) return "";
    if (!whole.starts_with(folder_ + "/")) return {};
    return whole.substr(folder_.size() + 1);
  }

  void opened(int fd, const std::optional<std::string>& path, int flags) {
    open_.erase(fd);
    if (!path) return;
    struct stat info {};
    if (fstat(fd, &info) != 0) return;
    Opened& entry = open_[fd];
    entry = {*path, 0, (flags & O_DSYNC) != 0, (flags & O_APPEND) != 0};
    if (S_ISDIR(info.st_mode)) return;
    uint64_t& file = names_[*path];
    if (file == 0) {
      file = ++files_;
      journal_.add({Call::create, file, 0, 0, false, *path, {}});
    } else if (flags & O_TRUNC) {
      journal_.add({Call::resize, file});
    }
    entry.file = file;
  }
  void closed(int fd) { open_.erase(fd); }
  const Opened* of(int fd) const {
    const auto found = open_.find(fd);
    return found == open_.end() ? nullptr : &found->second;
  }
  void made(const std::string& path) { journal_.add({Call::folder, 0, 0, 0, false, path, {}}); }
  void renamed(const std::string& from, const std::string& to) {
    journal_.add({Call::rename, 0, 0, 0, false, from, to});
    names_[to] = names_[from];
    names_.erase(from);
  }
  void removed(const std::string& path) {
    journal_.add({Call::remove, 0, 0, 0, false, path, {}});
    names_.erase(path);
  }
  bool may_write() {
    if (faults_.full && --until_full_ <= 0) {
      if (until_full_ < -20) until_full_ = static_cast<int>(random_() % (2000 / faults_.full));
      errno = ENOSPC;
      return false;
    }
    return true;
  }
  bool may_sync() { return !faults_.sync || random_() % 1000 >= faults_.sync; }
  Journal& journal() { return journal_; }

 private:
  const std::string folder_;
  Journal& journal_;
  const Faults faults_;
  std::mt19937 random_;
  int until_full_ = 300;
  uint64_t files_ = 0;
  std::map<std::string, uint64_t> names_;
  std::unordered_map<int, Opened> open_;
};

Recorder* recorder = nullptr;  // set while there is one thread

ssize_t written(int fd, const void* data, size_t size, std::optional<off_t> at) {
  const auto call = [&] {
    return at ? syscall(SYS_pwrite64, fd, data, size, *at) : syscall(SYS_write, fd, data, size);
  };
  if (!recorder) return call();
  const std::lock_guard held{recorder->lock};
  const Opened* opened = recorder->of(fd);
  if (!opened || opened->file == 0) return call();
  if (!recorder->may_write()) {
    if (size < 2) return -1;
    size /= 2;  // what fits; the next one tells
  }
  const auto whence = at ? *at : opened->append ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
  char* added = recorder->journal().add({Call::write,
                                         opened->file,
                                         static_cast<uint64_t>(whence),
                                         0,
                                         false,
                                         {},
                                         {static_cast<const char*>(data), size}});
  const auto n = call();
  Journal::finish(added, n < 0 ? 0 : static_cast<uint64_t>(n), opened->durable && n > 0);
  return n;
}

int synced(int fd, long number) {
  if (!recorder) return static_cast<int>(syscall(number, fd));
  Event event{Call::sync};
  std::string path;
  {
    const std::lock_guard held{recorder->lock};
    const Opened* opened = recorder->of(fd);
    if (!opened) return static_cast<int>(syscall(number, fd));
    event.file = opened->file;
    path = opened->path;
    event.until = recorder->journal().count();
    if (event.file && !recorder->may_sync()) {
      event.call = Call::sync_lost;
      recorder->journal().add(event);
      errno = EIO;
      return -1;
    }
  }
  // The journal is the disk: a real one would only take longer.
  usleep(static_cast<useconds_t>(event.until % 3 * 300));
  const std::lock_guard held{recorder->lock};
  if (event.file == 0) event.path = path;
  recorder->journal().add(event);
  return 0;
}

int opened(int at, const char* path, int flags, mode_t mode) {
  if (!recorder) return static_cast<int>(syscall(SYS_openat, at, path, flags, mode));
  const std::lock_guard held{recorder->lock};
  const auto fd = static_cast<int>(syscall(SYS_openat, at, path, flags, mode));
  if (fd >= 0) recorder->opened(fd, recorder->path_of(at, path), flags);
  return fd;
}

// A call that changes a folder, and what it was if it succeeded.
template <class Syscall, class Note>
int changed(Syscall&& call, Note&& note) {
  if (!recorder) return static_cast<int>(call());
  const std::lock_guard held{recorder->lock};
  const auto status = static_cast<int>(call());
  if (status == 0) note();
  return status;
}

mode_t mode_of(int flags, va_list more) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

int removed(int at, const char* path, int flags) {
  return changed([&] { return syscall(SYS_unlinkat, at, path, flags); },
                 [&] {
                   if (const auto below = recorder->path_of(at, path)) recorder->removed(*below);
                 });
}

}  // namespace

void record(const std::string& folder, Journal& journal, Faults faults, unsigned seed) {
  recorder = new Recorder{folder, journal, faults, seed};
}

}  // namespace tickwork::crash

using namespace tickwork::crash;

extern "C" {

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return opened(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return opened(AT_FDCWD, path, flags, mode);
}
int close(int fd) {
  if (recorder) {
    const std::lock_guard held{recorder->lock};
    recorder->closed(fd);
  }
  return static_cast<int>(syscall(SYS_close, fd));
}
ssize_t write(int fd, const void* data, size_t size) { return written(fd, data, size, {}); }
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  return written(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off_t at) {
  return written(fd, data, size, at);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return written(fd, all.data(), all.size(), {});
}
ssize_t pwritev(int fd, const iovec* parts, int count, off_t at) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return written(fd, all.data(), all.size(), at);
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }
int ftruncate(int fd, off_t size) noexcept {
  return changed(
      [&] { return syscall(SYS_ftruncate, fd, size); },
      [&] {
        const Opened* opened = recorder->of(fd);
        if (!opened || opened->file == 0) return;
        recorder->journal().add({Call::resize, opened->file, static_cast<uint64_t>(size)});
      });
}
int rename(const char* from, const char* to) noexcept {
  return changed([&] { return syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to); },
                 [&] {
                   const auto old = recorder->path_of(AT_FDCWD, from);
                   if (old) recorder->renamed(*old, *recorder->path_of(AT_FDCWD, to));
                 });
}
int mkdir(const char* path, mode_t mode) noexcept {
  return changed([&] { return syscall(SYS_mkdirat, AT_FDCWD, path, mode); },
                 [&] {
                   if (const auto below = recorder->path_of(AT_FDCWD, path)) recorder->made(*below);
                 });
}
int unlink(const char* path) noexcept { return removed(AT_FDCWD, path, 0); }
int rmdir(const char* path) noexcept { return removed(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int at, const char* path, int flags) noexcept { return removed(at, path, flags); }
int remove(const char* path) noexcept {
  const int status = removed(AT_FDCWD, path, 0);
  return status != 0 && errno == EISDIR ? removed(AT_FDCWD, path, AT_REMOVEDIR) : status;
}

}  // extern "C"
