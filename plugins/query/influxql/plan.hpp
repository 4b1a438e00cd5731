// SPDX-License-Identifier: MIT
// A SELECT made ready for one measurement: which columns to read, which functions to compute over
// them, how an output row follows.
#pragma once

#include "select.hpp"
#include "transform.hpp"
#include "types.hpp"

namespace tickwork::query {

// One function of the field list, with what is nested in it: transformations around one reduction.
struct Call {
  std::string key;                   // its text, by which expressions refer to it
  const Expr* expression = nullptr;  // of the field list
  const Expr* reduced_expression = nullptr;
  std::vector<Transformation> around;  // innermost first
  std::string reduction;               // empty: the transformations work on raw values
  Streaming streaming = Streaming::none;
  Parameters parameters;
  int64_t unit = 1'000'000'000;          // integral
  size_t column = 0;                     // of the run
  DataType type = DataType::unknown;     // of that column; unknown: there is no such field here
  DataType result = DataType::unknown;   // of the values, over all sources
  DataType reduced = DataType::unknown;  // of the reduction's, before transformations
  int64_t extra_windows = 0;             // to read before the range

  bool whole_window() const { return streaming == Streaming::none; }
  bool fills() const {
    return !reduction.empty() && reduction != "distinct" && reduction != "sample" &&
           reduction != "top" && reduction != "bottom" && reduction != "integral";
  }
};

struct Plan {
  influxql::Select select;
  Checked checked;
  std::string time_column;
  Zone zone;
  int64_t min = min_time, max = max_time;
  std::vector<std::string> dimensions;  // sorted tag keys
  std::vector<ExprPtr> outputs;         // one a column, after the time
  std::vector<std::string> names;       // the time column's first
  std::vector<Call> calls;
  std::vector<ExprPtr> columns;           // to read: arguments of calls first, then plain ones
  std::vector<std::string> column_texts;  // of those
  std::vector<DataType> column_types;     // of those, over all sources
  std::vector<DataType> output_types;     // over all sources; a tag is a string
  std::vector<size_t> output_columns;     // outputs that are just a column: which one, or no_column
  bool subquery = false;
  bool selects_point = false;  // one selector alone: rows have the time of its point

  bool raw() const { return calls.empty(); }
  bool windowed() const { return !checked.interval.none(); }
  bool ascending() const { return select.ascending(); }
  static constexpr size_t no_column = SIZE_MAX;
  size_t column_of(const Expr& variable) const;
};

// How many windows before the range the functions of an expression need.
int64_t windows_before(const Expr& e);
// Makes the calls and columns out of an expanded SELECT.
void plan_calls(Plan& plan);
// Sets what columns and calls are over all sources.
void set_types(Plan& plan, const TypeOf& type_of);
// Sets the types of calls for one input; throws for functions that cannot take them.
void resolve_types(Plan& plan, Session& session, const std::vector<Input>& inputs);

// Measurements and subqueries of the FROM clause, by the name that their series will have.
using Sources = std::map<std::string, std::vector<Input>>;

// A SELECT that is ready to run.
struct Prepared {
  Plan plan;
  Sources sources;
};
// The statement must be qualified. Subqueries run now.
std::unique_ptr<Prepared> prepare_select(Session& session, influxql::Select select,
                                         const Outer& outer = {});
Tables run_prepared(Session& session, Prepared& prepared);

// Whether one of the columns is a field in one of the inputs.
bool has_field(Session& session, const Plan& plan, const std::vector<Input>& inputs);
// Tables of one measurement, in the order of the answer.
Tables run_plan(Session& session, Plan& plan, const std::string& name,
                const std::vector<Input>& inputs);

}  // namespace tickwork::query
