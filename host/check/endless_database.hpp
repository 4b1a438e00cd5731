// SPDX-License-Identifier: MIT
// A storage whose only series never ends: what a query must be able to give up on.
#pragma once

#include <atomic>
#include <string_view>
#include <tickwork/testing.hpp>

namespace tickwork::host::check {

// Database "check" with measurement "cpu", tag host=a, float field v: a row a second, for ever.
// Each piece of a thousand rows lets a millisecond of the host's clock pass.
class EndlessDatabase {
 public:
  explicit EndlessDatabase(testing::Host& host) : host_{host} {}
  // Under every name, before what was provided earlier.
  void provide();
  // Ends every scan, so that a query that does not listen can be left.
  void end() { ended_ = true; }
  size_t pieces() const { return pieces_; }
  tw_status next(tw_rows& out, int64_t& at);

 private:
  testing::Host& host_;
  std::atomic<bool> ended_{false};
  std::atomic<size_t> pieces_{0};
};

}  // namespace tickwork::host::check
