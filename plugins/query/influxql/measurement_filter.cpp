// SPDX-License-Identifier: MIT
#include "measurement_filter.hpp"

#include <algorithm>

#include "series_filter.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

using Picked = std::set<std::string>;

void need(const Expr& e, bool fits, const char* side, const char* what) {
  if (fits) return;
  throw StatementError(std::string(side) + " side of '" + std::string(to_string(e.op)) +
                       "' must be " + what);
}

class Picker {
 public:
  Picker(Session& session, const std::string& database) : session_{session}, database_{database} {}

  Picked pick(const Expr& condition) {
    if (condition.kind == ExprKind::paren) return pick(*condition.args[0]);
    if (condition.kind != ExprKind::binary) throw StatementError(go_literal(condition));
    if (condition.op != Op::logical_and && condition.op != Op::logical_or) {
      return compared(condition);
    }
    Picked left = pick(*condition.left()), right = pick(*condition.right());
    if (condition.op == Op::logical_or) {
      left.merge(right);
    } else {
      std::erase_if(left, [&](const std::string& name) { return right.count(name) == 0; });
    }
    return left;
  }

 private:
  Picked compared(const Expr& e) {
    if (!compares_tags(e.op)) throw StatementError("invalid tag comparison operator");
    const Expr &tag = *e.left(), &value = *e.right();
    const bool regex = e.op == Op::eq_regex || e.op == Op::neq_regex;
    need(e, tag.kind == ExprKind::variable, "left", "a tag key");
    if (!regex) need(e, value.kind == ExprKind::string, "right", "a tag value string");
    const bool named = tag.text == "_name";
    Picked having, matching;
    const List rows = session_.catalogue.list(named ? TW_MEASUREMENTS : TW_TAG_VALUES,
                                              {database_, "", ""}, {}, named ? "" : tag.text);
    for (const auto& row : rows.rows) {
      const std::string measurement{row[0].s}, text{named ? row[0].s : row[2].s};
      having.insert(measurement);
      if (regex ? session_.regexes.match(value.text, text) : text == value.text) {
        matching.insert(measurement);
      }
    }
    if (e.op == Op::eq || e.op == Op::eq_regex) return matching;
    std::erase_if(having, [&](const std::string& name) { return matching.count(name) > 0; });
    return having;
  }

  Session& session_;
  const std::string& database_;
};

}  // namespace

std::set<std::string> measurements_where(Session& session, const std::string& database,
                                         const Expr& condition) {
  return Picker{session, database}.pick(condition);
}

bool has_tags_of(const std::set<std::string>& keys, const Expr& condition) {
  if (condition.kind == ExprKind::variable) {
    return condition.text == "_name" || keys.count(condition.text) > 0;
  }
  return std::all_of(condition.args.begin(), condition.args.end(),
                     [&](const ExprPtr& each) { return has_tags_of(keys, *each); });
}

}  // namespace tickwork::query
