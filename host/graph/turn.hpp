// SPDX-License-Identifier: MIT
// An instance's turn: [work] calls one at a time (or, if concurrent, beside each other), [setup]
// calls alone. A waiting [setup] call goes first.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tickwork::host {

class Turn {
 public:
  explicit Turn(bool concurrent) : concurrent_{concurrent} {}

  void begin_work();
  void end_work();
  // False: [work] calls did not end in time.
  bool begin_setup(std::chrono::nanoseconds limit);
  void end_setup();
  // The thread of the [work] call that began last, 0: none yet. For stack_sample.hpp.
  pid_t last_worker() const { return last_worker_.load(std::memory_order_relaxed); }

 private:
  bool work_may_begin() const { return !setup_ && wanted_ == 0 && (concurrent_ || working_ == 0); }

  std::mutex lock_;
  std::condition_variable free_;
  uint32_t working_ = 0, wanted_ = 0;
  bool setup_ = false;
  std::atomic<pid_t> last_worker_{0};
  const bool concurrent_;
};

}  // namespace tickwork::host
