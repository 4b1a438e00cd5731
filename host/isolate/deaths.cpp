// SPDX-License-Identifier: MIT
#include "isolate/deaths.hpp"

#include <algorithm>

namespace tickwork::host {

namespace {
constexpr int64_t second = 1'000'000'000;
constexpr int64_t longest_pause = 60 * second;
}  // namespace

void Deaths::note(int64_t born_ns, int64_t now_ns) {
  ++all_;
  if (now_ns - born_ns >= period_ns) in_a_row_ = 0;
  const int64_t wait = std::min(second << std::min(in_a_row_++, 6u), longest_pause);
  not_before_ns_ = now_ns + wait;
  recent_.push_back(now_ns);
  while (now_ns - recent_.front() > period_ns) recent_.pop_front();
  off_ = off_ || recent_.size() >= most;
}

}  // namespace tickwork::host
