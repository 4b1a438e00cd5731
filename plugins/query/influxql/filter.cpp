// SPDX-License-Identifier: MIT
#include "filter.hpp"

#include <algorithm>

namespace tickwork::query {

namespace {

template <class T>
bool holds(Op op, T a, T b) {
  switch (op) {
    case Op::eq:
      return a == b;
    case Op::neq:
      return a != b;
    case Op::lt:
      return a < b;
    case Op::lte:
      return a <= b;
    case Op::gt:
      return a > b;
    default:
      return a >= b;
  }
}

template <class T>
void compare_all(Op op, const Column& column, double bound, std::vector<uint8_t>& out) {
  const T* items = column.items<T>();
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = column.has(i) && holds(op, static_cast<double>(items[i]), bound);
  }
}

}  // namespace

bool Filter::apply(Run& run) const {
  if (!condition_) return true;
  run.selected = mask(*condition_, run);
  if (run.selected.empty()) return run.rows > 0;
  return std::any_of(run.selected.begin(), run.selected.end(), [](uint8_t b) { return b != 0; });
}

bool Filter::has_field(const Expr& e) const {
  if (e.kind == ExprKind::variable) {
    auto at = slots_.find(to_string(e));
    return at != slots_.end() && at->second.kind == Slot::field;
  }
  return std::any_of(e.args.begin(), e.args.end(), [&](auto& a) { return has_field(*a); });
}

// How a row compares two variables of which one is a tag; none if neither is, or in rows of a
// subquery. A tag that the series lacks compares with no field.
std::optional<bool> Filter::compare_variables(const Expr& e, const Run& run) const {
  const bool variables =
      e.left()->kind == ExprKind::variable && e.right()->kind == ExprKind::variable;
  if (!variables || nulls_ != Evaluator::Nulls::match_nothing) return std::nullopt;
  const bool fields[2] = {has_field(*e.left()), has_field(*e.right())};
  if (fields[0] && fields[1]) return std::nullopt;
  const std::string_view left = tag(*e.left(), run), right = tag(*e.right(), run);
  if (fields[0] || fields[1]) {
    const bool there = !(fields[0] ? right : left).empty();
    return there ? std::nullopt : std::optional{false};
  }
  return compare_tags(e.op, left, right);
}

std::string_view Filter::tag(const Expr& variable, const Run& run) const {
  auto at = slots_.find(to_string(variable));
  if (at == slots_.end() || at->second.kind != Slot::tag) return {};
  return run.tags->value(at->second.key);
}

Value Filter::lookup(const Expr& variable, const Run& run, size_t row) const {
  auto at = slots_.find(to_string(variable));
  if (at == slots_.end()) return {};
  if (at->second.kind == Slot::field) return run.columns[at->second.column].at(row);
  return Value::of(run.tags->value(at->second.key));
}

// field op number, without looking at each cell as a Value.
bool Filter::compare_column(const Expr& e, const Run& run, Mask& out) const {
  if (!is_comparison(e.op) || e.left()->kind != ExprKind::variable) return false;
  const Expr& bound = *e.right();
  if (bound.kind != ExprKind::number && bound.kind != ExprKind::integer) return false;
  auto at = slots_.find(to_string(*e.left()));
  if (at == slots_.end() || at->second.kind != Slot::field) return false;
  const Column& column = run.columns[at->second.column];
  if (column.values || column.fixed) return false;
  constexpr int64_t exact = int64_t{1} << 53;
  if (bound.kind == ExprKind::integer && (bound.integer > exact || bound.integer < -exact)) {
    return false;
  }
  double value = bound.kind == ExprKind::number ? bound.number : static_cast<double>(bound.integer);
  out.resize(run.rows);
  if (column.type == DataType::float_) return compare_all<double>(e.op, column, value, out), true;
  if (column.type != DataType::integer) return false;
  return compare_all<int64_t>(e.op, column, value, out), true;
}

Filter::Mask Filter::mask(const Expr& e, const Run& run) const {
  if (e.kind == ExprKind::paren) return mask(*e.args[0], run);
  if (e.kind == ExprKind::binary && (e.op == Op::logical_and || e.op == Op::logical_or)) {
    Mask left = mask(*e.left(), run), right = mask(*e.right(), run);
    for (size_t i = 0; i < left.size(); ++i) {
      left[i] = e.op == Op::logical_and ? left[i] & right[i] : left[i] | right[i];
    }
    return left;
  }
  Mask out(run.rows);
  if (e.kind == ExprKind::binary) {
    if (const auto all = compare_variables(e, run))
      return std::fill(out.begin(), out.end(), *all), out;
    if (compare_column(e, run, out)) return out;
  }
  size_t row = 0;
  Evaluator evaluator([&](const Expr& v) { return lookup(v, run, row); }, regexes_, nulls_);
  if (!has_field(e)) return std::fill(out.begin(), out.end(), evaluator.eval(e).is_true()), out;
  for (; row < run.rows; ++row) out[row] = evaluator.eval(e).is_true();
  return out;
}

}  // namespace tickwork::query
