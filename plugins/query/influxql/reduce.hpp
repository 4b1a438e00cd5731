// SPDX-License-Identifier: MIT
// Aggregates and selectors over the values of one group: some as values stream by, some over all
// values of a window in time order.
#pragma once

#include <optional>

#include "rows.hpp"
#include "window.hpp"

namespace tickwork::query {

// A result before it becomes a row; `run` and `row` are the selected point, if there is one.
struct Out {
  int64_t time = 0;
  Value value;
  RunPtr run;
  uint32_t row = 0;
};
using Outs = std::vector<Out>;

// One value of the input.
struct Sample {
  int64_t time;
  Value value;
  RunPtr run;
  uint32_t row;
};
using Samples = std::vector<Sample>;

enum class Streaming { none, count, sum, mean, min, max, first, last, spread };
Streaming streaming_function(std::string_view name);

// The state of a streaming function for one window.
struct Accumulator {
  int64_t count = 0;
  double sum = 0;
  int64_t whole = 0;
  Value low, high;  // spread; otherwise the selected value is `low`
  int64_t time = 0;
  RunPtr run;
  uint32_t row = 0;
};

// Adds rows [begin, end) of a column. `keep_point` also remembers the selected row.
void accumulate(Streaming function, Accumulator& state, const RunPtr& run, const Column& column,
                size_t begin, size_t end, bool keep_point);
Value result(Streaming function, const Accumulator& state, DataType type);

// Functions over a whole window; samples are in the query's direction, which the last digit of
// stddev and the choice among equals follow. An empty answer is no row. Several values of a window
// are in ascending order.
struct Parameters {
  std::string function;
  double number = 0;       // percentile
  int64_t count = 0;       // top, bottom, sample
  std::vector<size_t> by;  // top, bottom: columns of the run whose combinations compete
};
Outs reduce_window(const Parameters& parameters, const Samples& samples, size_t begin, size_t end);

// integral() over all windows of a group; samples ascending.
Outs integrate(const Samples& samples, int64_t unit, const Interval& interval, const Zone& zone,
               int64_t start);

// Whether values of `type` can go into `function`.
bool takes(std::string_view function, DataType type);

}  // namespace tickwork::query
