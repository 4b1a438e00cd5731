// SPDX-License-Identifier: MIT
#include "graph/turn.hpp"

#include "graph/stack_sample.hpp"

namespace tickwork::host {

void Turn::begin_work() {
  std::unique_lock held{lock_};
  free_.wait(held, [&] { return work_may_begin(); });
  ++working_;
  last_worker_.store(this_thread_id(), std::memory_order_relaxed);
}

void Turn::end_work() {
  const std::lock_guard held{lock_};
  if (--working_ == 0) free_.notify_all();
}

bool Turn::begin_setup(std::chrono::nanoseconds limit) {
  std::unique_lock held{lock_};
  ++wanted_;
  const bool mine = free_.wait_until(held, std::chrono::steady_clock::now() + limit,
                                     [&] { return !setup_ && working_ == 0; });
  --wanted_;
  setup_ = setup_ || mine;
  if (!mine) free_.notify_all();
  return mine;
}

void Turn::end_setup() {
  const std::lock_guard held{lock_};
  setup_ = false;
  free_.notify_all();
}

}  // namespace tickwork::host
