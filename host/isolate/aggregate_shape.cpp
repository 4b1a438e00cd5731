// SPDX-License-Identifier: MIT
#include "isolate/aggregate_shape.hpp"

#include <string_view>

namespace tickwork::host {

namespace {

bool is_time(const ColumnType& column) { return column.format.rfind("tsn:", 0) == 0; }

bool fits_function(const ColumnType& column, uint32_t function) {
  const std::string_view format = column.format;
  if (function == TW_AGGREGATE_COUNT) return format == "l";
  if (function == TW_AGGREGATE_MEAN) return format == "g";
  return format == "l" || format == "L" || format == "g" || format == "b";
}

bool has_time(uint32_t function) {
  return function == TW_AGGREGATE_MIN || function == TW_AGGREGATE_MAX ||
         function == TW_AGGREGATE_FIRST || function == TW_AGGREGATE_LAST;
}

}  // namespace

bool has_shape_of(const ColumnType& answer, const tw_aggregation& wanted) {
  const auto& columns = answer.children;
  const bool times = (wanted.flags & TW_AGGREGATE_TIMES) != 0;
  if (answer.format != "+s" || columns.empty() || !is_time(columns[0])) return false;
  size_t at = 1;
  for (size_t i = 0; i < wanted.n_aggregates; ++i) {
    const uint32_t function = wanted.aggregates[i].function;
    if (at >= columns.size() || !fits_function(columns[at++], function)) return false;
    if (!times || !has_time(function)) continue;
    if (at >= columns.size() || !is_time(columns[at++])) return false;
  }
  return at == columns.size();
}

}  // namespace tickwork::host
