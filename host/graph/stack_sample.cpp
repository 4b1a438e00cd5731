// SPDX-License-Identifier: MIT
#include "graph/stack_sample.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <fmt/format.h>
#include <semaphore.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string_view>

namespace tickwork::host {
namespace {

constexpr int most_frames = 32;
constexpr int shown_frames = 8;
constexpr long patience_ns = 200'000'000;

// What the signal handler writes; asked: the thread whose answer is awaited.
struct SampleAnswer {
  std::atomic<pid_t> asked{0};
  int count = 0;
  std::array<void*, most_frames> frames{};
  sem_t given;
};

SampleAnswer& answer() {
  static SampleAnswer one;
  return one;
}

int sample_signal() { return SIGRTMIN + 5; }

void take_sample(int) {
  const int saved = errno;
  SampleAnswer& a = answer();
  pid_t me = gettid();
  if (a.asked.compare_exchange_strong(me, 0)) {
    a.count = backtrace(a.frames.data(), most_frames);
    sem_post(&a.given);
  }
  errno = saved;
}

// Once: the first backtrace loads its library, which no signal handler may do.
void prepare() {
  static const bool done = [] {
    void* frame;
    backtrace(&frame, 1);
    sem_init(&answer().given, 0, 0);
    struct sigaction action {};
    action.sa_handler = take_sample;
    action.sa_flags = SA_RESTART;
    return sigaction(sample_signal(), &action, nullptr) == 0;
  }();
  (void)done;
}

bool wait_for_answer() {
  timespec end{};
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_nsec += patience_ns;
  end.tv_sec += end.tv_nsec / 1'000'000'000;
  end.tv_nsec %= 1'000'000'000;
  while (sem_timedwait(&answer().given, &end) != 0)
    if (errno != EINTR) return false;
  return true;
}

std::string_view file_name(const char* path) {
  const std::string_view text = path ? path : "?";
  return text.substr(text.rfind('/') + 1);
}

bool is_host(void* address) {
  Dl_info here{}, there{};
  return dladdr(reinterpret_cast<void*>(&prepare), &here) && dladdr(address, &there) &&
         here.dli_fbase == there.dli_fbase;
}

std::string frame_text(void* address) {
  Dl_info info{};
  if (!dladdr(address, &info)) return fmt::format("{}", address);
  if (info.dli_sname) return fmt::format("{} ({})", info.dli_sname, file_name(info.dli_fname));
  return fmt::format("{}+{:#x}", file_name(info.dli_fname),
                     static_cast<const char*>(address) - static_cast<const char*>(info.dli_fbase));
}

}  // namespace

pid_t this_thread_id() {
  thread_local const pid_t id = gettid();
  return id;
}

std::string sample_stack(pid_t thread) {
  static std::mutex one_at_a_time;
  const std::lock_guard held{one_at_a_time};
  if (thread == 0) return {};
  prepare();
  answer().asked = thread;
  const bool asked = tgkill(getpid(), thread, sample_signal()) == 0;
  if (!asked || !wait_for_answer()) {
    // It may answer just now: then the answer is thrown away.
    pid_t still = thread;
    if (!answer().asked.compare_exchange_strong(still, 0)) sem_wait(&answer().given);
    return {};
  }
  // The first two frames are the handler and the way back from it; the host's own tell nothing.
  std::string text;
  for (int i = 2; i < answer().count && i < 2 + shown_frames; ++i) {
    void* const frame = answer().frames[static_cast<size_t>(i)];
    if (is_host(frame)) break;
    text += (text.empty() ? " at " : " < ") + frame_text(frame);
  }
  return text;
}

}  // namespace tickwork::host
