// A file of records that survives crashes: what append returned from is there after the next open.
// A record is its length and a checksum (four bytes each), then its bytes.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <tickwork/tickwork.hpp>
#include <utility>

class Journal {
 public:
  Journal() = default;
  ~Journal() { close(); }
  Journal(const Journal&) = delete;

  // Makes the file or hands its whole records to each; what a crash cut off at the end is removed.
  void open(const std::string& path, const std::function<void(std::string_view)>& each) {
    path_ = path;
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file_ < 0) fail("open");
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
      close();
      throw tickwork::Error{TW_E_IO, path + " is in use by another instance"};
    }
    size_ = read(path, each);
    if (ftruncate(file_, static_cast<off_t>(size_)) != 0) fail("shorten");
    sync_folder();
  }

  // Hands the whole records of a file to each, also beside an instance that writes; answers their
  // size.
  static size_t read(const std::string& path, const std::function<void(std::string_view)>& each) {
    std::ifstream in{path, std::ios::binary};
    if (!in) throw tickwork::Error{TW_E_IO, "cannot open " + path + ": " + std::strerror(errno)};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    size_t size = 0;
    while (const size_t length = whole_record(bytes, size)) {
      each({bytes.data() + size + head, length - head});
      size += length;
    }
    return size;
  }

  // On the disk when it returns, or, without sync, with the next one that syncs. Throws when it is
  // not, and then the file is as before.
  void append(std::string_view record, bool sync = true) {
    if (record.size() > UINT32_MAX) throw tickwork::Error{TW_E_INVALID, "a record has 4 GiB at most"};
    std::string bytes = number(record.size()) + number(checksum(record));
    bytes += record;
    const bool written = ::write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    if (!written || (sync && fdatasync(file_) != 0)) {
      const int why = errno;
      if (ftruncate(file_, static_cast<off_t>(size_)) != 0) fail("shorten");
      errno = why;
      fail("write");
    }
    size_ += bytes.size();
  }

  // Takes the place of another one, whose file it replaces at once.
  void replace(Journal& old) {
    if (rename(path_.c_str(), old.path_.c_str()) != 0) fail("rename");
    std::swap(file_, old.file_);
    std::swap(size_, old.size_);
    close();
    sync_folder();
  }

  void close() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

 private:
  static constexpr size_t head = 8;

  static std::string number(size_t n) {
    const auto word = static_cast<uint32_t>(n);
    std::string bytes(sizeof word, '\0');
    std::memcpy(bytes.data(), &word, sizeof word);
    return bytes;
  }
  static uint32_t number_at(const std::string& bytes, size_t at) {
    uint32_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return word;
  }
  static uint32_t checksum(std::string_view bytes) {  // FNV-1a
    uint32_t sum = 2166136261u;
    for (const char c : bytes) sum = (sum ^ static_cast<uint8_t>(c)) * 16777619u;
    return sum;
  }
  // With its head; 0: there is no whole record at that place.
  static size_t whole_record(const std::string& bytes, size_t at) {
    if (bytes.size() - at < head) return 0;
    const size_t length = number_at(bytes, at);
    if (bytes.size() - at - head < length) return 0;
    const std::string_view record{bytes.data() + at + head, length};
    return checksum(record) == number_at(bytes, at + 4) ? head + length : 0;
  }
  // The file's name is on the disk too, when it returns.
  void sync_folder() {
    const auto folder = std::filesystem::absolute(path_).parent_path();
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = opened >= 0 && fsync(opened) == 0;
    const int why = errno;
    if (opened >= 0) ::close(opened);
    errno = why;
    if (!synced) fail("sync the folder of");
  }
  [[noreturn]] void fail(const char* what) {
    throw tickwork::Error{TW_E_IO, std::string{"cannot "} + what + " " + path_ + ": " + std::strerror(errno)};
  }

  std::string path_;
  int file_ = -1;
  size_t size_ = 0;
};
