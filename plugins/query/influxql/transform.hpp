// SPDX-License-Identifier: MIT
// Functions from a series of values to a series of values: derivative, difference, moving_average
// and their like; and fill(), which makes the series of windows complete.
#pragma once

#include "kit/influxql/influxql.hpp"
#include "reduce.hpp"

namespace tickwork::query {

bool is_transformation(std::string_view function);

struct Transformation {
  std::string function;
  int64_t unit = 1'000'000'000;  // derivative, elapsed; the interval of holt_winters
  size_t n = 0;                  // moving_average, period of technical functions, values ahead
  int64_t hold = 0;              // rows that a technical function keeps back
  std::string warmup;            // of those
  size_t season = 0;             // holt_winters
  bool ascending = true;
};
// Nulls are skipped. `in` is in the query's direction.
Outs transform(const Transformation& t, const Outs& in);

struct Filling {
  influxql::Fill fill = influxql::Fill::null;
  Value number;         // of the type that the function's values have
  bool counts = false;  // null becomes 0
  bool ascending = true;
  int64_t min = min_time, max = max_time;
};
// One Out a window from the range's first to its last; none for a series without any.
Outs fill_windows(const Filling& filling, const Interval& interval, const Zone& zone,
                  const Outs& in);

}  // namespace tickwork::query
