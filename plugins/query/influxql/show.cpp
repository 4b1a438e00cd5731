// SPDX-License-Identifier: MIT
// SHOW in all its forms, from the storage's lists.
#include <algorithm>
#include <ctime>

#include "accounts.hpp"
#include "continuous.hpp"
#include "measurement_filter.hpp"
#include "series_filter.hpp"
#include "system.hpp"
#include "text_table.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

template <class T>
void keep_range(std::vector<T>& all, int64_t limit, int64_t offset) {
  size_t skip = std::min(all.size(), static_cast<size_t>(offset));
  all.erase(all.begin(), all.begin() + static_cast<ptrdiff_t>(skip));
  if (limit > 0 && all.size() > static_cast<size_t>(limit)) {
    all.resize(static_cast<size_t>(limit));
  }
}

std::string utc_text(int64_t ns) {
  std::time_t seconds = static_cast<std::time_t>(ns / 1'000'000'000 - (ns % 1'000'000'000 < 0));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char out[32];
  std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return out;
}

class Shower {
 public:
  Shower(Session& session, const Show& show) : session_{session}, show_{show} {
    database_ = show.database.empty() ? session.database : show.database;
    Zone utc;
    Condition c = split_condition(show.condition, {session.now, &utc});
    condition_ = c.rest;
    has_time_ = c.has_min || c.has_max;
    min_ = c.min;
    max_ = c.max;
  }

  Tables databases() {
    TextTable rows("databases", {"name"});
    rows.set_types({DataType::string});
    for (auto& name : session_.catalogue.databases()) rows.add({text(name)});
    return {rows.table()};
  }

  Tables retention_policies() {
    need_database();
    TextTable rows("", {"name", "duration", "shardGroupDuration", "replicaN", "default"});
    for (const Policy& p : session_.catalogue.policies(database_)) {
      rows.add({text(p.name), text(format_go_duration(p.duration)),
                text(format_go_duration(p.shard_duration)), Value::of(p.replicas),
                Value::of(p.is_default)});
    }
    return {rows.table()};
  }

  Tables measurements() {
    if (has_time_) throw StatementError("SHOW MEASUREMENTS doesn't support time in WHERE clause");
    std::vector<std::string> names = measurement_names();
    keep_range(names, show_.limit, show_.offset);
    TextTable rows("measurements", {"name"});
    for (auto& name : names) rows.add({text(name)});
    return rows.empty() ? Tables{} : Tables{rows.table()};
  }

  Tables series() {
    need_database();
    need_policies();
    leave_fields_out();
    std::vector<Series> all = has_time_ ? series_in_range() : series_list();
    const auto before = [](const Series& a, const Series& b) {
      return std::tie(a.measurement, a.tags) < std::tie(b.measurement, b.tags);
    };
    if (!std::is_sorted(all.begin(), all.end(), before)) std::sort(all.begin(), all.end(), before);
    const auto same = [](const Series& a, const Series& b) { return a.key == b.key; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    keep_range(all, show_.limit, show_.offset);
    TextTable rows("", {"key"});
    for (const Series& s : all) rows.add({text(s.key)});
    return rows.empty() ? Tables{} : Tables{rows.table()};
  }

  Tables tag_keys() {
    need_tags();
    return by_measurement(tag_key_rows(), {"tagKey"});
  }

  Tables tag_values() {
    need_tags();
    return by_measurement(tag_value_rows(), {"key", "value"});
  }

  Tables field_keys() { return by_measurement(field_key_rows(), {"fieldKey", "fieldType"}); }

  Tables shards() {
    Tables out;
    for (const std::string& db : session_.catalogue.databases()) {
      TextTable rows(db, {"id", "database", "retention_policy", "shard_group", "start_time",
                          "end_time", "expiry_time", "owners"});
      List list = session_.catalogue.list(TW_SHARDS, {db, "", ""});
      for (auto& r : list.rows) {
        auto policy = session_.catalogue.policy(db, std::string(r[2].s));
        int64_t kept = policy ? policy->duration : 0;
        rows.add({r[0], r[1], r[2], r[0], text(utc_text(r[3].i)), text(utc_text(r[4].i)),
                  text(utc_text(r[4].i + kept)), text("")});
      }
      out.push_back(rows.table());
    }
    return out;
  }

  Tables shard_groups() {
    TextTable rows("shard groups",
                   {"id", "database", "retention_policy", "start_time", "end_time", "expiry_time"});
    for (const std::string& db : session_.catalogue.databases()) {
      List list = session_.catalogue.list(TW_SHARDS, {db, "", ""});
      for (auto& r : list.rows) {
        auto policy = session_.catalogue.policy(db, std::string(r[2].s));
        int64_t kept = policy ? policy->duration : 0;
        rows.add({r[0], r[1], r[2], text(utc_text(r[3].i)), text(utc_text(r[4].i)),
                  text(utc_text(r[4].i + kept))});
      }
    }
    return {rows.table()};
  }

  Tables subscriptions() {
    Tables out;
    for (const std::string& db : session_.catalogue.databases()) {
      TextTable rows(db, {"retention_policy", "name", "mode", "destinations"});
      rows.set_list(3);
      List list = session_.catalogue.list(TW_SUBSCRIPTIONS, {db, "", ""});
      for (auto& r : list.rows) {
        if (r[0].s == db) rows.add({r[1], r[2], r[3], r[4]});
      }
      if (!rows.empty()) out.push_back(rows.table());
    }
    return out;
  }

  Tables queries() {
    TextTable rows("", {"qid", "query", "database", "duration", "status"});
    for (auto& [id, query] : session_.queries->all()) {
      rows.add({Value::of(static_cast<int64_t>(id)), text(query.text), text(query.database),
                text(format_go_duration((session_.ticks - query.started) / 1000 * 1000)),
                text("running")});
    }
    return {rows.table()};
  }

  Tables cardinality() {
    bool series = show_.kind == ShowKind::series_cardinality;
    bool measurement = show_.kind == ShowKind::measurement_cardinality;
    bool plain = !show_.exact && show_.sources.empty() && !show_.condition &&
                 show_.dimensions.empty() && show_.limit == 0 && show_.offset == 0;
    if ((series || measurement) && plain) {
      need_name();
      size_t n = series ? count_series() : measurement_names().size();
      TextTable rows("", {"cardinality estimation"});
      rows.add({count(n)});
      return {rows.table()};
    }
    need_database();
    if (has_time_) {
      throw StatementError(title() + " doesn't support time in WHERE clause");
    }
    if (measurement && condition_) return counted_rows("", names_of_series());
    if (measurement) {
      TextTable rows("", {"count"});
      rows.add({count(measurement_names().size())});
      return {rows.table()};
    }
    if (series && !show_.dimensions.empty()) return grouped_counts();
    if (auto n = listed_count()) return counted_rows(show_.sources[0].measurement.name, *n);
    return counts(counted());
  }

 private:
  using Grouped = std::map<std::string, std::vector<std::vector<std::string>>>;

  std::string title() const {
    Show bare;
    bare.kind = show_.kind;
    bare.exact = show_.kind != ShowKind::field_key_cardinality;
    return to_string(Statement(bare));
  }

  void need_name() const {
    if (database_.empty()) throw StatementError("database name required");
  }
  void need_database() const {
    need_name();
    if (session_.catalogue.has_database(database_)) return;
    throw StatementError("database not found: " + database_);
  }

  void need_policies() const {
    for (const influxql::Source& source : show_.sources) {
      const std::string& named = source.measurement.retention;
      if (named.empty() || session_.catalogue.policy(database_, named)) continue;
      throw StatementError("retention policy not found: " + named);
    }
  }

  // Of the condition of a statement about tags.
  void need_tags() {
    need_database();
    leave_fields_out();
    if (condition_ && condition_->kind == ExprKind::boolean) {
      throw StatementError(go_literal(*condition_));
    }
  }

  void leave_fields_out() {
    const Place place = one_measurement(show_.sources, "");
    condition_ = on_tags_only(condition_, [&](const Expr& e) {
      return session_.catalogue.fields(place).count(e.text) > 0 &&
             session_.catalogue.tag_keys(place).count(e.text) == 0;
    });
  }

  std::vector<Series> series_list() const {
    if (!session_.catalogue.has_database(database_)) return {};
    return find_series(session_, database_, show_.sources, condition_);
  }

  // Of the shards in it; only of the default policy, where no other is named.
  std::vector<Series> series_in_range() const {
    std::vector<Series> out;
    for (const auto& [policy, sources] : sources_by_policy()) {
      auto found = find_series(session_, database_, sources, condition_, {policy, min_, max_});
      std::move(found.begin(), found.end(), std::back_inserter(out));
    }
    return out;
  }

  size_t count_series() const {
    if (!session_.catalogue.has_database(database_)) return 0;
    return session_.catalogue.count(TW_SERIES, {database_, "", ""});
  }

  // What the storage's list alone tells: series, or values of one tag, of one measurement.
  std::optional<size_t> listed_count() const {
    bool one = show_.sources.size() == 1 && !show_.sources[0].measurement.regex;
    if (!one || show_.sources[0].measurement.name.empty() || condition_) return std::nullopt;
    Place place{database_, "", show_.sources[0].measurement.name};
    if (show_.kind == ShowKind::series_cardinality) {
      return session_.catalogue.count(TW_SERIES, place);
    }
    bool one_key = show_.key && show_.key_op == Op::eq && !show_.key->text.empty();
    if (show_.kind != ShowKind::tag_values_cardinality || !one_key) return std::nullopt;
    return session_.catalogue.count(TW_TAG_VALUES, place, show_.key->text);
  }

  // How many measurements have series that the condition picks, as InfluxDB counts them.
  size_t names_of_series() const {
    std::set<std::string> names;
    for (Series& series : series_list()) names.insert(std::move(series.measurement));
    return names.size();
  }

  std::vector<std::string> measurement_names() const {
    need_name();
    std::set<std::string> names;
    if (!session_.catalogue.has_database(database_)) return {};
    if (show_.condition) {
      names = measurements_where(session_, database_, *show_.condition);
    } else {
      for (auto& name : session_.catalogue.measurements(database_)) names.insert(name);
    }
    std::vector<std::string> out;
    for (const std::string& name : names) {
      if (wanted_measurement(name) && names_measurement(session_, show_.sources, name)) {
        out.push_back(name);
      }
    }
    return out;
  }

  bool wanted_measurement(const std::string& name) const {
    if (!show_.measurement) return true;
    const Measurement& m = *show_.measurement;
    return m.regex ? session_.regexes.match(*m.regex, name) : m.name == name;
  }

  bool wanted_key(const std::string& key) const {
    if (!show_.key) return true;
    switch (show_.key_op) {
      case Op::eq:
        return key == show_.key->text;
      case Op::neq:
        return key != show_.key->text;
      case Op::eq_regex:
        return session_.regexes.match(show_.key->text, key);
      case Op::neq_regex:
        return !session_.regexes.match(show_.key->text, key);
      default:
        break;
    }
    auto& names = show_.key->names;
    return std::find(names.begin(), names.end(), key) != names.end();
  }

  using Sources = std::vector<influxql::Source>;

  Place one_measurement(const Sources& sources, const std::string& policy) const {
    bool one = sources.size() == 1 && !sources[0].measurement.regex;
    return {database_, policy, one ? sources[0].measurement.name : ""};
  }

  // A list whose first column is the measurement, by that, of the series that the condition picks;
  // none if the storage cannot tell which those are.
  std::optional<Grouped> listed(uint32_t what, const std::string& name = "") const {
    bool complete = false;
    const auto where = series_conditions(condition_, &complete);
    if (!complete) return std::nullopt;
    Grouped out;
    const Place place = one_measurement(show_.sources, "");
    add_rows(session_.catalogue.list(what, place, where, name), show_.sources, out);
    return out;
  }

  void add_rows(const List& list, const Sources& sources, Grouped& out) const {
    for (auto& r : list.rows) {
      std::string m(r[0].s);
      if (!names_measurement(session_, sources, m)) continue;
      auto& cells = out[m].emplace_back();
      for (size_t i = 1; i < r.size(); ++i) cells.emplace_back(r[i].s);
    }
  }

  // Values of the wanted tags, or the keys of all.
  Grouped of_series(bool with_values) const {
    std::map<std::string, std::map<std::string, std::set<std::string>>> found;
    std::map<std::string, bool> wanted;
    for (const Series& s : series_list()) {
      auto& tags = found[s.measurement];
      for (const auto& [key, value] : s.tags) {
        const auto [it, fresh] = wanted.try_emplace(key);
        if (fresh) it->second = !with_values || wanted_key(key);
        if (!it->second) continue;
        auto& values = tags[key];
        if (with_values) values.insert(value);
      }
    }
    Grouped out;
    for (const auto& [m, tags] : found) {
      auto& rows = out[m];
      for (const auto& [key, values] : tags) {
        if (!with_values) rows.push_back({key});
        for (const std::string& value : values) rows.push_back({key, value});
      }
    }
    return out;
  }

  // To InfluxDB a range is nothing but a choice of shards, and the tags of all are kept together.
  bool shards_in_range() const {
    if (!has_time_) return true;
    const List shards = session_.catalogue.list(TW_SHARDS, {database_, "", ""});
    return std::any_of(shards.rows.begin(), shards.rows.end(),
                       [&](const auto& shard) { return shard[3].i <= max_ && shard[4].i > min_; });
  }

  Grouped tag_key_rows() const {
    need_database();
    if (!shards_in_range()) return {};
    auto rows = listed(TW_TAG_KEYS);
    return rows ? std::move(*rows) : of_series(false);
  }

  Grouped tag_value_rows() const {
    need_database();
    if (!shards_in_range()) return {};
    const bool one_key = show_.key_op == Op::eq && show_.key;
    auto all = listed(TW_TAG_VALUES, one_key ? show_.key->text : "");
    if (!all) return of_series(true);
    for (auto& [m, rows] : *all) {
      std::erase_if(rows, [&](auto& row) { return !wanted_key(row[0]); });
    }
    return std::move(*all);
  }

  std::map<std::string, Sources> sources_by_policy() const {
    std::map<std::string, Sources> out;
    const std::string usual = session_.catalogue.default_policy(database_);
    for (const influxql::Source& source : show_.sources) {
      const std::string& named = source.measurement.retention;
      out[named.empty() ? usual : named].push_back(source);
    }
    if (out.empty()) out[usual];
    return out;
  }

  Grouped field_key_rows() const {
    need_database();
    Grouped out;
    for (auto& [policy, sources] : sources_by_policy()) {
      const Place place = one_measurement(sources, policy);
      add_rows(session_.catalogue.list(TW_FIELD_KEYS, place), sources, out);
    }
    for (auto& [m, rows] : out) {
      std::sort(rows.begin(), rows.end());  // by name, then by type
      rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    }
    return out;
  }

  // Of each measurement, what is different in one column. InfluxDB counts by a SELECT, where a tag
  // that the measurement does not have is a field without values.
  Grouped distinct(Grouped all, size_t column) const {
    if (condition_) {
      std::erase_if(all, [&](const auto& each) {
        return !has_tags_of(session_.catalogue.tag_keys({database_, "", each.first}), *condition_);
      });
    }
    for (auto& [m, rows] : all) {
      for (auto& row : rows) row = {std::move(row[column])};
      std::sort(rows.begin(), rows.end());
      rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    }
    return all;
  }

  Grouped counted() const {
    switch (show_.kind) {
      case ShowKind::tag_key_cardinality:
        return tag_key_rows();
      case ShowKind::tag_values_cardinality:
        return distinct(tag_value_rows(), 1);
      case ShowKind::field_key_cardinality:
        return distinct(field_key_rows(), 0);
      default:
        break;
    }
    Grouped out;
    for (const Series& s : series_list()) out[s.measurement].push_back({s.key});
    return out;
  }

  // Series by the tags of GROUP BY.
  Tables grouped_counts() const {
    std::vector<std::string> keys;
    for (const ExprPtr& d : show_.dimensions) keys.push_back(d->text);
    std::sort(keys.begin(), keys.end());
    std::map<std::pair<std::string, Tags>, size_t> found;
    for (const Series& s : series_list()) {
      Tags tags;
      for (const std::string& key : keys) tags.emplace_back(key, tag_value(s.tags, key));
      ++found[{s.measurement, tags}];
    }
    Tables out;
    for (auto& [group, n] : found) {
      TextTable rows(group.first, {"count"});
      rows.set_tags(group.second);
      rows.add({count(n)});
      out.push_back(rows.table());
    }
    return out;
  }

  Tables counted_rows(const std::string& measurement, size_t n) const {
    if (n == 0) return {};
    TextTable rows(measurement, {"count"});
    rows.add({count(n)});
    return {rows.table()};
  }

  Tables counts(const Grouped& grouped) const {
    Tables out;
    for (auto& [m, cells] : grouped) {
      for (auto& table : counted_rows(m, cells.size())) out.push_back(std::move(table));
    }
    return out;
  }

  Tables by_measurement(Grouped grouped, const std::vector<std::string>& columns) const {
    Tables out;
    for (auto& [m, cells] : grouped) {
      keep_range(cells, show_.limit, show_.offset);
      if (cells.empty()) continue;
      TextTable rows(m, columns);
      for (auto& row : cells) {
        std::vector<Value> values;
        for (size_t i = 0; i < columns.size(); ++i) values.push_back(text(row[i]));
        rows.add(values);
      }
      out.push_back(rows.table());
    }
    return out;
  }

  Session& session_;
  const Show& show_;
  std::string database_;
  ExprPtr condition_;
  bool has_time_ = false;
  int64_t min_ = min_time, max_ = max_time;
};

}  // namespace

Tables run_show(Session& session, const Show& show) {
  Shower shower(session, show);
  switch (show.kind) {
    case ShowKind::databases:
      return shower.databases();
    case ShowKind::retention_policies:
      return shower.retention_policies();
    case ShowKind::measurements:
      return shower.measurements();
    case ShowKind::series:
      return shower.series();
    case ShowKind::tag_keys:
      return shower.tag_keys();
    case ShowKind::tag_values:
      return shower.tag_values();
    case ShowKind::field_keys:
      return shower.field_keys();
    case ShowKind::shards:
      return shower.shards();
    case ShowKind::shard_groups:
      return shower.shard_groups();
    case ShowKind::subscriptions:
      return shower.subscriptions();
    case ShowKind::continuous_queries:
      return show_continuous(session);
    case ShowKind::users:
      return show_users(session);
    case ShowKind::grants:
      return show_grants(session, show.name);
    case ShowKind::diagnostics:
      return show_diagnostics(session, show.name);
    case ShowKind::stats:
      return show_stats(session, show.name);
    case ShowKind::queries:
      return shower.queries();
    default:
      return shower.cardinality();
  }
}

}  // namespace tickwork::query
