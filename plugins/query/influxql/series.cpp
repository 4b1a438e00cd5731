// SPDX-License-Identifier: MIT
// Series keys, and the series that a statement picks.
#include <algorithm>

#include "series_filter.hpp"

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

}  // namespace

bool names_measurement(Session& session, const std::vector<Source>& sources,
                       const std::string& measurement) {
  if (sources.empty()) return true;
  return std::any_of(sources.begin(), sources.end(), [&](const Source& s) {
    const Measurement& m = s.measurement;
    return m.regex ? session.regexes.match(*m.regex, measurement) : m.name == measurement;
  });
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
    if (condition && !picks_series(session, series, *condition)) continue;
    out.push_back(std::move(series));
  }
  return out;
}

}  // namespace tickwork::query
