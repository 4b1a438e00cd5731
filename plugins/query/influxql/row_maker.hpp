// SPDX-License-Identifier: MIT
// One series of an answer, made row by row out of selected points and the values of calls.
#pragma once

#include <map>

#include "plan.hpp"

namespace tickwork::query {

// What fill(number) puts where a cell of `type` has no value: InfluxDB converts it for numbers and
// leaves it a number beside text, booleans and tags.
Value number_in_place_of(const influxql::Select& select, DataType type);

// Evaluates the output columns; variables and calls are looked up in the current row. A column
// without a value gets what fill() says, also outside of windows; what fill(previous) repeats is
// the row before of the same series.
class RowMaker {
 public:
  RowMaker(Session& session, const Plan& plan, Table& table, size_t reserve = 0);
  // run: of the selected point; none: there is no point, only values of calls.
  void add(int64_t time, const Run* run, size_t row, const std::vector<Value>* calls);

 private:
  Value lookup(const Expr& e);
  void take_columns(const Run* run, size_t row);
  size_t find(const Expr& e) const;

  const Plan& plan_;
  Table& table_;
  Evaluator evaluator_;
  std::map<const Expr*, size_t> places_;
  std::vector<Value> columns_, instead_;  // by Plan::columns
  bool repeats_ = false;
  const std::vector<Value>* calls_ = nullptr;
};

// Not a number is null in an answer.
inline Value finite(Value v) {
  return v.type == DataType::float_ && !std::isfinite(v.f) ? Value{} : v;
}

}  // namespace tickwork::query
