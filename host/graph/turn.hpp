// SPDX-License-Identifier: MIT
// An instance's turn: [work] calls one at a time (or, if concurrent, beside each other), [setup]
// calls alone. A waiting [setup] call goes first.
#pragma once

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

 private:
  bool work_may_begin() const { return !setup_ && wanted_ == 0 && (concurrent_ || working_ == 0); }

  std::mutex lock_;
  std::condition_variable free_;
  uint32_t working_ = 0, wanted_ = 0;
  bool setup_ = false;
  const bool concurrent_;
};

}  // namespace tickwork::host
