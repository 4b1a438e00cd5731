// SPDX-License-Identifier: MIT
#include "service/marker.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tickwork::host {

// One call under way, as it lies in the file; used says whether text counts.
struct Line {
  std::atomic<uint32_t> used;
  char text[124];
};

namespace {

constexpr size_t n_lines = 128;
constexpr size_t file_size = n_lines * sizeof(Line);

std::vector<std::string> calls_in(const std::string& path) {
  std::vector<std::string> calls;
  std::ifstream file{path, std::ios::binary};
  char raw[sizeof(Line)];
  while (file.read(raw, sizeof raw)) {
    uint32_t used = 0;
    std::memcpy(&used, raw, sizeof used);
    const char* text = raw + offsetof(Line, text);
    if (used) calls.emplace_back(text, strnlen(text, sizeof(Line::text)));
  }
  return calls;
}

Failure cannot(const std::string& what, const std::string& path) {
  return {TW_E_IO, "cannot " + what + " " + path + ": " + std::strerror(errno)};
}

}  // namespace

Result<std::vector<std::string>> Marker::open(const std::string& statedir) {
  path_ = statedir + "/running";
  std::error_code ignored;
  std::filesystem::create_directories(statedir, ignored);
  unclean_ = std::filesystem::exists(path_, ignored);
  std::vector<std::string> calls = unclean_ ? calls_in(path_) : std::vector<std::string>{};
  const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return cannot("create", path_);
  if (ftruncate(fd, file_size) != 0) {
    ::close(fd);
    return cannot("size", path_);
  }
  void* mapped = mmap(nullptr, file_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED) return cannot("map", path_);
  lines_ = static_cast<Line*>(mapped);
  return calls;
}

Marker::~Marker() {
  if (lines_) munmap(lines_, file_size);
}

void Marker::erase() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Line* Marker::claim() {
  if (!lines_) return nullptr;
  for (size_t i = 0; i < n_lines; ++i) {
    if (lines_[i].used.exchange(1, std::memory_order_acquire) == 0) return &lines_[i];
  }
  return nullptr;  // more calls than lines: this one stays unmarked
}

Marker::Scope::Scope(Marker& marker, std::string_view instance, const char* phase)
    : line_{marker.claim()} {
  if (!line_) return;
  std::string text{instance};
  text.append(" (").append(phase).append(")");
  const size_t n = std::min(text.size(), sizeof line_->text - 1);
  std::memcpy(line_->text, text.data(), n);
  line_->text[n] = '\0';
}

Marker::Scope::~Scope() {
  if (line_) line_->used.store(0, std::memory_order_release);
}

}  // namespace tickwork::host
