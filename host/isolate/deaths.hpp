// SPDX-License-Identifier: MIT
// When a process that died may be started again: after 1, 2, 4 ... 60 s; after five deaths in ten
// minutes never.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace tickwork::host {

class Deaths {
 public:
  static constexpr size_t most = 5;
  static constexpr int64_t period_ns = 600'000'000'000;

  // Times are monotonic. A process that lived for ten minutes forgives those before it.
  void note(int64_t born_ns, int64_t now_ns);
  bool off() const { return off_; }
  uint64_t all() const { return all_; }
  int64_t not_before_ns() const { return not_before_ns_; }  // of the next start

 private:
  std::deque<int64_t> recent_;
  uint32_t in_a_row_ = 0;
  int64_t not_before_ns_ = 0;
  bool off_ = false;
  uint64_t all_ = 0;
};

}  // namespace tickwork::host
