// SPDX-License-Identifier: MIT
#include "series_filter.hpp"

#include "constants.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

bool joins(Op op) { return op == Op::logical_and || op == Op::logical_or; }

// Of InfluxDB's own names in conditions, its index knows that of the measurement.
bool is_tag(const Expr& e, const std::function<bool(const Expr&)>& is_field) {
  if (e.kind != ExprKind::variable) return false;
  if (e.type == DataType::tag) return true;
  return e.text != "_tagKey" && e.text != "_seriesKey" && !is_field(e);
}

// With true in place of what is not told.
ExprPtr told(const ExprPtr& e, const std::function<bool(const Expr&)>& is_field) {
  if (e->kind == ExprKind::paren) {
    const ExprPtr inner = told(e->args[0], is_field);
    return inner->kind == ExprKind::binary ? make_paren(inner) : inner;
  }
  if (e->kind != ExprKind::binary) return e;
  if (joins(e->op)) {
    return combined(e->op, told(e->left(), is_field), told(e->right(), is_field));
  }
  const Expr &left = *e->left(), &right = *e->right();
  const bool computes = left.kind == ExprKind::binary || right.kind == ExprKind::binary;
  if (computes || !compares_tags(e->op)) throw StatementError("invalid tag comparison operator");
  const bool first = left.kind == ExprKind::variable;
  const Expr &tag = first ? left : right, &other = first ? right : left;
  const bool constant = other.kind == ExprKind::string || other.kind == ExprKind::regex;
  return is_tag(tag, is_field) && (constant || is_tag(other, is_field)) ? e : make_boolean(true);
}

}  // namespace

bool picks_series(Session& session, const Series& series, const Expr& condition) {
  if (condition.kind == ExprKind::paren) return picks_series(session, series, *condition.args[0]);
  if (condition.kind == ExprKind::binary) {
    const Expr &left = *condition.left(), &right = *condition.right();
    if (joins(condition.op)) {
      const bool decides = condition.op == Op::logical_or;
      return picks_series(session, series, left) == decides ? decides
                                                            : picks_series(session, series, right);
    }
    if (left.kind == ExprKind::variable && right.kind == ExprKind::variable) {
      return compare_tags(condition.op, tag_value(series.tags, left.text),
                          tag_value(series.tags, right.text));
    }
  }
  const auto lookup = [&](const Expr& variable) {
    if (variable.text == "_name") return Value::of(std::string_view(series.measurement));
    return Value::of(tag_value(series.tags, variable.text));
  };
  return Evaluator(lookup, session.regexes).eval(condition).is_true();
}

std::vector<TagCondition> series_conditions(const ExprPtr& condition, bool* complete) {
  const auto is_tag = [](const Expr& e) { return e.text != "_name"; };
  return tag_conditions(condition, is_tag, complete);
}

ExprPtr on_tags_only(const ExprPtr& condition, const std::function<bool(const Expr&)>& is_field) {
  if (!condition) return nullptr;
  ExprPtr out = told(condition, is_field);
  return out->kind == ExprKind::boolean && out->boolean ? nullptr : out;
}

bool compares_tags(Op op) {
  return op == Op::eq || op == Op::neq || op == Op::eq_regex || op == Op::neq_regex;
}

std::string go_literal(const Expr& e) {
  if (e.kind != ExprKind::boolean) return "invalid condition expression: " + to_string(e);
  return std::string("&influxql.BooleanLiteral{Val:") + (e.boolean ? "true}" : "false}");
}

}  // namespace tickwork::query
