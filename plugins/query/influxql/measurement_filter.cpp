// SPDX-License-Identifier: MIT
#include "measurement_filter.hpp"

#include <algorithm>

namespace tickwork::query {

using namespace influxql;

namespace {

using Picked = std::set<std::string>;

Picked compared(Session& session, const std::vector<Series>& series, const Expr& e) {
  const Expr& tag = e.left()->kind == ExprKind::variable ? *e.left() : *e.right();
  const Expr& value = &tag == e.left().get() ? *e.right() : *e.left();
  const bool regex = e.op == Op::eq_regex || e.op == Op::neq_regex;
  const auto matches = [&](const std::string& text) {
    return regex ? session.regexes.match(value.text, text) : text == value.text;
  };
  Picked having, matching;
  for (const Series& each : series) {
    if (tag.text == "_name") {
      having.insert(each.measurement);
      if (matches(each.measurement)) matching.insert(each.measurement);
      continue;
    }
    for (const auto& [key, text] : each.tags) {
      if (key != tag.text) continue;
      having.insert(each.measurement);
      if (matches(text)) matching.insert(each.measurement);
    }
  }
  if (e.op == Op::eq || e.op == Op::eq_regex) return matching;
  std::erase_if(having, [&](const std::string& name) { return matching.count(name) > 0; });
  return having;
}

}  // namespace

Picked measurements_where(Session& session, const std::vector<Series>& series,
                          const Expr& condition) {
  if (condition.kind == ExprKind::paren) {
    return measurements_where(session, series, *condition.args[0]);
  }
  if (condition.kind != ExprKind::binary) return {};
  if (condition.op != Op::logical_and && condition.op != Op::logical_or) {
    return compared(session, series, condition);
  }
  Picked left = measurements_where(session, series, *condition.left());
  Picked right = measurements_where(session, series, *condition.right());
  if (condition.op == Op::logical_or) {
    left.merge(right);
    return left;
  }
  std::erase_if(left, [&](const std::string& name) { return right.count(name) == 0; });
  return left;
}

bool has_tags_of(const std::set<std::string>& keys, const Expr& condition) {
  if (condition.kind == ExprKind::variable) {
    return condition.text == "_name" || keys.count(condition.text) > 0;
  }
  return std::all_of(condition.args.begin(), condition.args.end(),
                     [&](const ExprPtr& each) { return has_tags_of(keys, *each); });
}

}  // namespace tickwork::query
