// SPDX-License-Identifier: MIT
// Series keys, and which series a condition on tags picks.
#include <algorithm>

#include "statement.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

// The part up to an unescaped `stop`, unescaped; moves `at` behind the stop.
std::string part(std::string_view key, size_t& at, char stop) {
  const size_t end = std::min(key.find(stop, at), key.size());
  const std::string_view plain = key.substr(at, end - at);
  if (plain.find('\\') == std::string_view::npos) {
    at = std::min(end + 1, key.size());
    return std::string(plain);
  }
  std::string out;
  while (at < key.size() && key[at] != stop) {
    bool escape = key[at] == '\\' && at + 1 < key.size() &&
                  (key[at + 1] == ',' || key[at + 1] == ' ' || key[at + 1] == '=');
    if (escape) ++at;
    out += key[at++];
  }
  if (at < key.size()) ++at;
  return out;
}

Series parse_key(std::string_view key) {
  Series out;
  out.key = std::string(key);
  size_t at = 0;
  out.measurement = part(key, at, ',');
  while (at < key.size()) {
    std::string tag = part(key, at, '=');
    out.tags.emplace_back(tag, part(key, at, ','));
  }
  return out;
}

// Tags of a series beside each other: one that it lacks equals no other.
bool compare_tags(const Series& series, const Expr& e) {
  const std::string_view left = tag_value(series.tags, e.left()->text);
  const std::string_view right = tag_value(series.tags, e.right()->text);
  const bool same = left == right && !left.empty();
  return e.op == Op::eq ? same : e.op == Op::neq && !same;
}

bool picks(Session& session, const Series& series, const Expr& e) {
  if (e.kind == ExprKind::paren) return picks(session, series, *e.args[0]);
  if (e.kind == ExprKind::binary) {
    const Expr &left = *e.left(), &right = *e.right();
    if (e.op == Op::logical_and) {
      return picks(session, series, left) && picks(session, series, right);
    }
    if (e.op == Op::logical_or) {
      return picks(session, series, left) || picks(session, series, right);
    }
    if (left.kind == ExprKind::variable && right.kind == ExprKind::variable) {
      return compare_tags(series, e);
    }
  }
  const auto lookup = [&](const Expr& variable) {
    if (variable.text == "_name") return Value::of(std::string_view(series.measurement));
    return Value::of(tag_value(series.tags, variable.text));
  };
  return Evaluator(lookup, session.regexes).eval(e).is_true();
}

}  // namespace

bool names_measurement(Session& session, const std::vector<Source>& sources,
                       const std::string& measurement) {
  if (sources.empty()) return true;
  return std::any_of(sources.begin(), sources.end(), [&](const Source& s) {
    const Measurement& m = s.measurement;
    return m.regex ? session.regexes.match(*m.regex, measurement) : m.name == measurement;
  });
}

std::vector<TagCondition> series_conditions(const ExprPtr& condition, bool* complete) {
  return tag_conditions(
      condition, [](const Expr& e) { return e.text != "_name"; }, complete);
}

std::vector<Series> find_series(Session& session, const std::string& database,
                                const std::vector<Source>& sources, const ExprPtr& condition,
                                const ShardRange& shards) {
  std::vector<Series> out;
  bool one = sources.size() == 1 && !sources[0].measurement.regex;
  Place place{database, shards.policy, one ? sources[0].measurement.name : ""};
  List rows = session.catalogue.list(TW_SERIES, place, series_conditions(condition), "",
                                     shards.min <= min_time ? INT64_MIN : shards.min,
                                     shards.max >= max_time ? INT64_MAX : shards.max + 1);
  for (auto& row : rows.rows) {
    Series series = parse_key(row[0].s);
    if (!names_measurement(session, sources, series.measurement)) continue;
    if (condition && !picks(session, series, *condition)) continue;
    out.push_back(std::move(series));
  }
  return out;
}

}  // namespace tickwork::query
