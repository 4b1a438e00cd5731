// SPDX-License-Identifier: MIT
// WHERE taken apart: the time range that it sets, and the condition on fields and tags that rests.
#pragma once

#include "value.hpp"
#include "window.hpp"

namespace tickwork::query {

struct Clock {
  int64_t now = 0;
  const Zone* zone = nullptr;
};

struct Condition {
  ExprPtr rest;  // null: every row
  bool has_min = false, has_max = false;
  int64_t min = min_time, max = max_time;  // both inclusive

  void at_least(int64_t t);
  void at_most(int64_t t);
};

// Comparisons with time make one range whatever AND and OR say, as InfluxDB does.
Condition split_condition(const ExprPtr& where, const Clock& clock);

// '2000-01-01', '2000-01-01 10:00:00.5' or RFC 3339; throws "invalid timestamp string", or that it
// overflows or underflows what is a time of points.
bool looks_like_time(std::string_view text);
int64_t parse_time(std::string_view text, const Clock& clock);

}  // namespace tickwork::query
