// SPDX-License-Identifier: MIT
#include "service/marker.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tickwork::host {

// One call under way, as it lies in the file; used says whether text counts.
struct Line {
  std::atomic<uint32_t> used;
  char text[124];
};

namespace {

constexpr size_t n_lines = 128;  // the first one is the witness's: used is the signal
constexpr size_t file_size = n_lines * sizeof(Line);
constexpr uint32_t called_exit = 1000;

// What a signal handler can reach. Lines of files that were closed are never pointed to.
std::atomic<Line*> witness{nullptr};
thread_local Line* innermost = nullptr;
// The line behind it; or that of the thread's last call, which is mostly free and at hand.
thread_local size_t likely_free = 1;

// Async-signal-safe.
void write_down(uint32_t what) {
  Line* to = witness.load();
  const Line* from = innermost;
  if (!to || !from) return;
  std::memcpy(to->text, from->text, sizeof to->text);
  to->used.store(what);
}

constexpr int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
struct sigaction before[std::size(deadly)];

// What was there before goes on: a fault happens again when this returns, a signal that was sent is
// sent again.
void on_signal(int number, siginfo_t* info, void*) {
  write_down(static_cast<uint32_t>(number));
  for (size_t i = 0; i < std::size(deadly); ++i) {
    if (deadly[i] == number) sigaction(number, &before[i], nullptr);
  }
  if (info->si_code <= 0) raise(number);
}

std::string deed_of(uint32_t what) {
  if (what == called_exit) return "exit";
  const char* name = sigabbrev_np(static_cast<int>(what));
  return name ? std::string{"SIG"} + name : "signal " + std::to_string(what);
}

struct LastRun {
  std::vector<std::string> calls;
  uint32_t deed = 0;
  std::string culprit;  // "inputs.cpu (gather)"
};

LastRun last_run(const std::string& path) {
  LastRun last;
  std::ifstream file{path, std::ios::binary};
  char raw[sizeof(Line)];
  for (size_t i = 0; file.read(raw, sizeof raw); ++i) {
    uint32_t used = 0;
    std::memcpy(&used, raw, sizeof used);
    const char* text = raw + offsetof(Line, text);
    if (!used) continue;
    std::string call{text, strnlen(text, sizeof(Line::text))};
    if (i > 0) {
      last.calls.push_back(std::move(call));
    } else {
      last.deed = used;
      last.culprit = std::move(call);
    }
  }
  return last;
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
  LastRun last = unclean_ ? last_run(path_) : LastRun{};
  if (const size_t at = last.culprit.rfind(" ("); at != std::string::npos) {
    culprit_ = last.culprit.substr(0, at);
    deed_ = deed_of(last.deed) + " in " + last.culprit.substr(at + 2);
    deed_.pop_back();
  }
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
  witness.store(lines_);
  return std::move(last.calls);
}

Marker::~Marker() {
  if (!lines_) return;
  Line* own = lines_;
  witness.compare_exchange_strong(own, nullptr);
  munmap(lines_, file_size);
}

void Marker::erase() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Line* Marker::claim(size_t& place) {
  if (!lines_) return nullptr;
  for (size_t tried = 1; tried < n_lines; ++tried, ++place) {
    if (place >= n_lines) place = 1;
    if (lines_[place].used.exchange(1, std::memory_order_acquire) == 0) return &lines_[place];
  }
  return nullptr;  // more calls than lines: this one stays unmarked
}

Marker::Scope::Scope(Marker& marker, std::string_view instance, const char* phase, bool harmful)
    : line_{nullptr}, outer_{innermost}, place_{likely_free} {
  if (harmful) line_ = marker.claim(place_);
  if (!line_) return;
  likely_free = place_ + 1;
  size_t at = 0;
  for (const std::string_view part :
       {instance, std::string_view{" ("}, std::string_view{phase}, std::string_view{")"}}) {
    const size_t n = std::min(part.size(), sizeof line_->text - 1 - at);
    std::memcpy(line_->text + at, part.data(), n);
    at += n;
  }
  line_->text[at] = '\0';
  innermost = line_;
}

Marker::Scope::~Scope() {
  if (!line_) return;
  innermost = outer_;
  likely_free = place_;
  line_->used.store(0, std::memory_order_release);
}

void witness_crashes() {
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < std::size(deadly); ++i) sigaction(deadly[i], &action, &before[i]);
  std::atexit([] { write_down(called_exit); });
}

}  // namespace tickwork::host
