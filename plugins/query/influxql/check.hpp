// SPDX-License-Identifier: MIT
// The rules that a SELECT must keep before it runs, with InfluxDB's messages.
#pragma once

#include "time_range.hpp"
#include "value.hpp"
#include "window.hpp"

namespace tickwork::query {

struct Checked {
  Condition condition;
  Interval interval;
  std::string top_or_bottom;  // name of the one such function, if any
  bool only_selectors = true;
  bool has_columns = false;  // fields or tags outside of functions
  bool has_distinct = false;
  size_t calls = 0;
  bool inherited_interval = false;
};

// Throws StatementError. `outer` is the interval of an enclosing query, lent to functions here.
// Fields named time are dropped from `select`, and DISTINCT x becomes distinct(x).
Checked check_select(influxql::Select& select, const Clock& clock, const Interval& outer,
                     std::string& time_column);

bool is_selector(std::string_view function);

}  // namespace tickwork::query
