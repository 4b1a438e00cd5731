// SPDX-License-Identifier: MIT
// How much one SELECT may read and make, with InfluxDB's messages.
#pragma once

#include <cstdint>

#include "rows.hpp"
#include "window.hpp"

namespace tickwork::query {

struct Limits {  // 0: none
  int64_t series = 0, points = 0, buckets = 0;
};

// Counts what a statement reads; throws StatementError when that is too much.
class Meter {
 public:
  explicit Meter(const Limits& limits = {}) : limits_{limits} {}
  void read(const Run& run);
  // Whether what is read counts; the storage must not aggregate by itself then.
  bool counts() const { return limits_.series > 0 || limits_.points > 0; }
  // Windows of a range whose both ends are known.
  void windows(const Interval& interval, const Zone& zone, int64_t min, int64_t max) const;

 private:
  Limits limits_;
  int64_t series_ = 0, points_ = 0;
  std::shared_ptr<const SeriesTags> last_;
};

}  // namespace tickwork::query
