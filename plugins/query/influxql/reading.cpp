// SPDX-License-Identifier: MIT
#include "reading.hpp"

#include <algorithm>

namespace tickwork::query {

Reading reading_of(const Plan& plan) {
  Reading out;
  out.columns = plan.columns;
  out.condition = plan.checked.condition.rest;
  out.min = plan.min;
  out.max = plan.max;
  int64_t extra = 0;
  for (const Call& call : plan.calls) extra = std::max(extra, call.extra_windows);
  extra *= plan.windowed() ? plan.checked.interval.duration : 0;
  if (plan.ascending() && out.min > min_time) out.min -= extra;
  if (!plan.ascending() && out.max < max_time) out.max += extra;
  if (plan.windowed() && out.min > min_time) {
    out.rows_min = plan.checked.interval.window(out.min, plan.zone).start;
  }
  return out;
}

void push_limit(const Plan& plan, Reading& reading) {
  if (plan.raw()) {
    auto [begin, end] = kept_rows(plan, SIZE_MAX);
    reading.limit = plan.select.limit > 0 || plan.select.offset > 0 ? end : 0;
    reading.descending = reading.limit > 0 && !plan.ascending();
    return;
  }
  bool ends = plan.calls.size() == 1 && !plan.windowed() && plan.columns.size() == 1 &&
              plan.calls[0].around.empty();
  if (!ends) return;
  reading.descending = plan.calls[0].streaming == Streaming::last;
  if (reading.descending || plan.calls[0].streaming == Streaming::first) reading.limit = 1;
}

std::pair<size_t, size_t> kept_rows(const Plan& plan, size_t n) {
  size_t offset = static_cast<size_t>(plan.select.offset);
  size_t limit = static_cast<size_t>(plan.select.limit);
  // An accident of InfluxDB's raw cursor that clients can see.
  if (plan.raw() && limit == 0 && offset > 0) limit = 1;
  if (offset >= n) return {0, 0};
  size_t end = limit == 0 ? n : std::min(n, offset + limit);
  return {offset, end};
}

bool has_selected_field(const Plan& plan, const Run& run, size_t row) {
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    const Column& c = run.columns[i];
    if (run.every_row ? c.type != DataType::unknown : !c.fixed && c.has(row)) return true;
  }
  return false;
}

}  // namespace tickwork::query
