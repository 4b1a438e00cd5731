// SPDX-License-Identifier: MIT
#include "quick_waits.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <time.h>

#include <atomic>
#include <cerrno>

namespace tickwork::week {
namespace {

constexpr int64_t second = 1'000'000'000;

std::atomic<uint64_t> begun;
thread_local int64_t ahead;  // ns, of this thread's steady clock

int64_t ns_of(const timespec& t) { return t.tv_sec * second + t.tv_nsec; }

timespec time_of(int64_t ns) { return {ns / second, ns % second}; }

template <class Function>
Function of_the_library(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int get_time(clockid_t clock, timespec* out) {
  static const auto get = of_the_library<int (*)(clockid_t, timespec*)>("clock_gettime");
  return get(clock, out);
}

int wait_until(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock, int64_t ns) {
  static const auto wait =
      of_the_library<int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)>(
          "pthread_cond_clockwait");
  const timespec until = time_of(ns);
  return wait(condition, mutex, clock, &until);
}

}  // namespace

uint64_t quick_waits() { return begun; }

}  // namespace tickwork::week

using namespace tickwork::week;

extern "C" int clock_gettime(clockid_t clock, timespec* out) noexcept {
  const int code = get_time(clock, out);
  if (code == 0 && clock == CLOCK_MONOTONIC) *out = time_of(ns_of(*out) + ahead);
  return code;
}

extern "C" int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                      clockid_t clock, const timespec* until) {
  if (clock != CLOCK_MONOTONIC) return wait_until(condition, mutex, clock, ns_of(*until));
  timespec now{};
  get_time(clock, &now);
  const int64_t end = ns_of(*until) - ahead, span = end - ns_of(now);
  if (span > second) return wait_until(condition, mutex, clock, end);
  ++begun;
  const int64_t skipped = span > 0 ? span - span / 1000 : 0;
  const int code = wait_until(condition, mutex, clock, end - skipped);
  if (code == ETIMEDOUT) ahead += skipped;
  return code;
}
