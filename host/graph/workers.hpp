// SPDX-License-Identifier: MIT
// Threads that run what is due. The pool grows while every thread is busy, because a plugin's call
// may block, and shrinks when threads idle.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace tickwork::host {

using Job = std::function<void()>;
using Nanoseconds = std::chrono::nanoseconds;

class Workers {
 public:
  Workers();
  ~Workers();  // lets running jobs end unless abandon was called
  void post(Job job);
  // Jobs not begun are dropped, and running ones are not waited for: something is stuck.
  void abandon();

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;
};

// One thread that posts jobs to the workers when they are due. Times are monotonic.
class Timers {
 public:
  explicit Timers(Workers& workers);
  ~Timers();
  uint64_t after(Nanoseconds delay, Job job);
  // False: it is not waiting (any more); it may be running.
  bool cancel(uint64_t id);
  void close();  // nothing becomes due any more

 private:
  struct Clockwork;
  std::shared_ptr<Clockwork> clockwork_;
};

// Runs the job on a thread of its own and waits for at most limit. False: it still runs and was
// abandoned; whatever it uses must be kept alive by the job itself.
bool run_within(Nanoseconds limit, Job job);

}  // namespace tickwork::host
