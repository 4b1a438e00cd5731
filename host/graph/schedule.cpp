// SPDX-License-Identifier: MIT
#include "graph/schedule.hpp"

#include <algorithm>
#include <random>

namespace tickwork::host {

int64_t Grid::first(int64_t now) {
  if (!aligned_) return last_ = now + interval_ + offset_;
  const int64_t earliest = now + interval_ / 100;
  return last_ = (earliest / interval_ + 1) * interval_ + offset_;
}

int64_t Grid::next(int64_t now) {
  const int64_t planned = last_ + interval_;
  const bool jumped = now >= planned || now < last_ - interval_;
  if (!jumped) return last_ = planned;
  if (!aligned_) return last_ = now + interval_;
  return last_ = ((now - offset_) / interval_ + 1) * interval_ + offset_;
}

int64_t precision_of(int64_t configured_ns, int64_t interval_ns) {
  if (configured_ns > 0) return configured_ns;
  for (const int64_t unit : {int64_t{1'000'000'000}, int64_t{1'000'000}, int64_t{1'000}}) {
    if (interval_ns >= unit) return unit;
  }
  return 1;
}

int64_t back_off(int64_t interval_ns, uint32_t failures, int64_t limit_ns) {
  int64_t wait = interval_ns;
  for (uint32_t i = 1; i < failures && wait < limit_ns; ++i) wait *= 2;
  return std::max(interval_ns, std::min(wait, limit_ns));
}

int64_t random_up_to(int64_t span_ns) {
  if (span_ns <= 0) return 0;
  thread_local std::minstd_rand engine{std::random_device{}()};
  return std::uniform_int_distribution<int64_t>{0, span_ns}(engine);
}

}  // namespace tickwork::host
