// SPDX-License-Identifier: MIT
#include "row_maker.hpp"

#include <algorithm>

namespace tickwork::query {

using influxql::Fill;

Value number_in_place_of(const influxql::Select& select, DataType type) {
  if (select.fill != Fill::number) return {};
  const Expr& e = *select.fill_value;
  const Value number = e.kind == ExprKind::integer ? Value::of(e.integer) : Value::of(e.number);
  const Value converted = cast(number, type);
  return converted.null() ? number : converted;
}

RowMaker::RowMaker(Session& session, const Plan& plan, Table& table, size_t reserve)
    : plan_{plan},
      table_{table},
      evaluator_([this](const Expr& e) { return lookup(e); }, session.regexes),
      columns_(plan.columns.size()),
      instead_(plan.columns.size()),
      repeats_{plan.select.fill == Fill::previous} {
  for (size_t c = 0; c < instead_.size(); ++c) {
    instead_[c] = number_in_place_of(plan.select, plan.column_types[c]);
  }
  table.mixed = plan.select.fill == Fill::number;
  for (auto& cells : table.cells) cells.reserve(reserve);
  table.times.reserve(reserve);
}

void RowMaker::add(int64_t time, const Run* run, size_t row, const std::vector<Value>* calls) {
  take_columns(run, row);
  calls_ = calls;
  table_.times.push_back(time);
  for (size_t i = 0; i < plan_.outputs.size(); ++i) {
    const size_t column = plan_.output_columns[i];
    Value v = column == Plan::no_column ? evaluator_.eval(*plan_.outputs[i]) : columns_[column];
    table_.cells[i].push_back(finite(v));
  }
}

void RowMaker::take_columns(const Run* run, size_t row) {
  for (size_t c = 0; c < columns_.size(); ++c) {
    const Value v = run && c < run->columns.size() ? run->columns[c].at(row) : Value{};
    if (!v.null()) {
      columns_[c] = v;
    } else if (!repeats_) {
      columns_[c] = instead_[c];
    }
  }
}

Value RowMaker::lookup(const Expr& e) {
  auto [at, added] = places_.try_emplace(&e);
  if (added) at->second = find(e);
  if (e.kind == ExprKind::call) return (*calls_)[at->second];
  return at->second < columns_.size() ? columns_[at->second] : Value{};
}

size_t RowMaker::find(const Expr& e) const {
  if (e.kind != ExprKind::call) return plan_.column_of(e);
  const std::string key = to_string(e);
  const auto same_key = [&](const Call& call) { return call.key == key; };
  return static_cast<size_t>(std::find_if(plan_.calls.begin(), plan_.calls.end(), same_key) -
                             plan_.calls.begin());
}

}  // namespace tickwork::query
