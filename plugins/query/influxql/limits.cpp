// SPDX-License-Identifier: MIT
#include "limits.hpp"

namespace tickwork::query {

namespace {

void check(const char* what, int64_t count, int64_t most) {
  if (most == 0 || count <= most) return;
  throw StatementError(std::string(what) + ": (" + std::to_string(count) + "/" +
                       std::to_string(most) + ")");
}

}  // namespace

void Meter::read(const Run& run) {
  if (run.every_row) return;  // a subquery's, counted where it was read
  if (run.tags != last_) check("max-select-series limit exceeded", ++series_, limits_.series);
  last_ = run.tags;
  points_ += static_cast<int64_t>(run.rows);
  check("max-select-point limit exceeed", points_, limits_.points);
}

void Meter::windows(const Interval& interval, const Zone& zone, int64_t min, int64_t max) const {
  if (limits_.buckets == 0 || interval.none() || min <= min_time || max < min) return;
  int64_t first = interval.window(min, zone).start, last = interval.window(max, zone).start;
  check("max-select-buckets limit exceeded", (last - first) / interval.duration + 1,
        limits_.buckets);
}

}  // namespace tickwork::query
