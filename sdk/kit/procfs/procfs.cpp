// SPDX-License-Identifier: MIT
#include "procfs.hpp"

#include <fcntl.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <tickwork/cpp/error.hpp>

namespace tickwork::procfs {
namespace {

std::string under(const char* variable, const char* otherwise, std::string_view path) {
  const char* const root = std::getenv(variable);
  std::string out = root != nullptr && *root != '\0' ? root : otherwise;
  return out.append("/").append(path);
}

}  // namespace

std::string proc(std::string_view path) { return under("HOST_PROC", "/proc", path); }
std::string sys(std::string_view path) { return under("HOST_SYS", "/sys", path); }
std::string mount_prefix() {
  const char* const prefix = std::getenv("HOST_MOUNT_PREFIX");
  return prefix == nullptr ? "" : prefix;
}

bool try_read(const std::string& path, std::string& text) {
  text.clear();
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char piece[16384];
  ssize_t n = 0;
  while ((n = ::read(fd, piece, sizeof piece)) > 0) text.append(piece, static_cast<size_t>(n));
  const int error = errno;
  close(fd);
  errno = error;
  return n == 0;
}

std::string read(const std::string& path) {
  std::string text;
  if (!try_read(path, text)) {
    throw Error{TW_E_IO, "cannot read " + path + ": " + std::strerror(errno)};
  }
  return text;
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> out;
  size_t at = 0;
  while ((at = line.find_first_not_of(" \t", at)) != line.npos) {
    const size_t end = std::min(line.find_first_of(" \t", at), line.size());
    out.push_back(line.substr(at, end - at));
    at = end;
  }
  return out;
}

uint64_t number(std::string_view word) {
  uint64_t value = 0;
  std::from_chars(word.data(), word.data() + word.size(), value);
  return value;
}

bool matches(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
  });
}

}  // namespace tickwork::procfs
