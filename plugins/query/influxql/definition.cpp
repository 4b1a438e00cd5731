// SPDX-License-Identifier: MIT
// Statements that create, alter, drop or delete.
#include <algorithm>

#include "statement.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

constexpr int64_t hour = 3'600'000'000'000, day = 24 * hour;

int64_t normal_shard_duration(int64_t shard, int64_t duration) {
  if (shard > 0) return std::max(shard, hour);
  if (duration == 0 || duration >= 180 * day) return 7 * day;
  return duration >= 2 * day ? day : hour;
}

void check_durations(int64_t duration, int64_t shard) {
  if (duration != 0 && duration < hour) {
    throw StatementError("retention policy duration must be at least 1h0m0s");
  }
  if (duration != 0 && shard > duration) {
    throw StatementError("retention policy duration must be greater than the shard duration");
  }
}

class Definer {
 public:
  explicit Definer(Session& session) : session_{session} {}

  void create(const CreateDatabase& s) {
    int64_t duration = s.duration_ns.value_or(0);
    if (s.with_policy) check_durations(duration, s.shard_duration_ns);
    std::string name = s.policy_name.empty() ? "autogen" : s.policy_name;
    bool existed = session_.catalogue.has_database(s.name);
    if (existed && s.with_policy) check_existing(s, name);
    define(TW_DATABASES, s.name, s.name);
    if (existed || !s.with_policy) return;
    Policy policy{name, duration, s.shard_duration_ns, s.replication.value_or(1), true};
    bool exists = session_.catalogue.policy(s.name, name).has_value();
    define_policy(s.name, policy,
                  exists ? TW_DEFINE_ALTER | TW_DEFINE_HAS_DURATION | TW_DEFINE_HAS_REPLICAS |
                               TW_DEFINE_HAS_SHARD_DURATION
                         : 0u);
    if (!s.policy_name.empty() && name != "autogen") {
      drop(TW_RETENTION_POLICIES, {s.name, "", ""}, "autogen");
    }
  }

  void create(const CreateRetentionPolicy& s) {
    need_database(s.database);
    check_durations(s.duration_ns, s.shard_duration_ns);
    int64_t shard = normal_shard_duration(s.shard_duration_ns, s.duration_ns);
    if (auto known = session_.catalogue.policy(s.database, s.name)) {
      bool equal = known->duration == s.duration_ns && known->replicas == s.replication &&
                   known->shard_duration == shard;
      if (!equal) throw StatementError("retention policy already exists");
      if (s.is_default && !known->is_default) {
        throw StatementError("retention policy conflicts with an existing policy");
      }
      return;
    }
    define_policy(s.database, {s.name, s.duration_ns, shard, s.replication, s.is_default}, 0);
  }

  void alter(const AlterRetentionPolicy& s) {
    need_database(s.database);
    auto known = session_.catalogue.policy(s.database, s.name);
    if (!known) throw StatementError("retention policy not found: " + s.name);
    int64_t duration = s.duration_ns.value_or(known->duration);
    int64_t shard = s.shard_duration_ns.value_or(s.duration_ns ? 0 : known->shard_duration);
    if (s.duration_ns && !s.shard_duration_ns) shard = known->shard_duration;
    check_durations(duration, shard);
    uint32_t flags = TW_DEFINE_ALTER;
    if (s.duration_ns) flags |= TW_DEFINE_HAS_DURATION;
    if (s.shard_duration_ns) flags |= TW_DEFINE_HAS_SHARD_DURATION;
    if (s.replication) flags |= TW_DEFINE_HAS_REPLICAS;
    define_policy(s.database,
                  {s.name, duration, normal_shard_duration(shard, duration),
                   s.replication.value_or(known->replicas), s.is_default},
                  flags);
  }

  void create(const CreateSubscription& s) {
    need_database(s.database);
    if (!session_.catalogue.policy(s.database, s.retention)) {
      throw StatementError("retention policy not found: " + s.retention);
    }
    for (const std::string& url : s.destinations) check_url(url);
    List list = session_.catalogue.list(TW_SUBSCRIPTIONS, {s.database, "", ""});
    for (auto& row : list.rows) {
      if (row[0].s == s.database && row[1].s == s.retention && row[2].s == s.name) {
        throw StatementError("subscription already exists");
      }
    }
    std::vector<tw_str> destinations;
    for (const std::string& url : s.destinations) destinations.push_back(str(url));
    tw_definition d = definition(TW_SUBSCRIPTIONS, s.database, s.name);
    d.retention = str(s.retention);
    d.mode = str(s.mode);
    d.destinations = destinations.data();
    d.n_destinations = destinations.size();
    define(d);
  }

  void drop_subscription(const DropSubscription& s) {
    need_database(s.database);
    if (!session_.catalogue.policy(s.database, s.retention)) {
      throw StatementError("retention policy not found: " + s.retention);
    }
    List list = session_.catalogue.list(TW_SUBSCRIPTIONS, {s.database, "", ""});
    bool known = std::any_of(list.rows.begin(), list.rows.end(), [&](auto& row) {
      return row[0].s == s.database && row[1].s == s.retention && row[2].s == s.name;
    });
    if (!known) throw StatementError("subscription not found");
    drop(TW_SUBSCRIPTIONS, {s.database, s.retention, ""}, s.name);
  }

  void drop_database(const std::string& name) {
    if (session_.catalogue.has_database(name)) drop(TW_DATABASES, {name, "", ""}, name);
  }

  void drop_policy(const DropRetentionPolicy& s) {
    if (!session_.catalogue.has_database(s.database)) return;
    if (!session_.catalogue.policy(s.database, s.name)) return;
    drop(TW_RETENTION_POLICIES, {s.database, s.name, ""}, s.name);
  }

  void drop_measurement(const std::string& name) {
    std::string database = own_database();
    drop(TW_MEASUREMENTS, {database, "", name}, name);
  }

  void drop_shard(uint64_t id) {
    for (const std::string& db : session_.catalogue.databases()) {
      List list = session_.catalogue.list(TW_SHARDS, {db, "", ""});
      for (auto& row : list.rows) {
        if (row[0].i != static_cast<int64_t>(id)) continue;
        return drop(TW_SHARDS, {db, std::string(row[2].s), ""}, std::to_string(id));
      }
    }
  }

  void drop_series(const DropSeries& s) {
    std::string database = own_database();
    Zone utc;
    Condition c = split_condition(s.condition, {session_.now, &utc});
    if (c.has_min || c.has_max) {
      throw StatementError("DROP SERIES doesn't support time in WHERE clause");
    }
    no_fields(database, s.sources, c.rest);
    for (const Series& series : find_series(session_, database, s.sources, c.rest)) {
      remove(TW_SERIES, {database, "", series.measurement}, exactly(database, series), c);
    }
  }

  void erase(const Delete& s) {
    std::string database = own_database();
    Zone utc;
    Condition c = split_condition(s.condition, {session_.now, &utc});
    no_fields(database, s.sources, c.rest);
    for (const Policy& policy : session_.catalogue.policies(database)) {
      if (c.rest) {
        for (const Series& series : find_series(session_, database, s.sources, c.rest)) {
          remove(TW_ROWS, {database, policy.name, series.measurement}, exactly(database, series),
                 c);
        }
        continue;
      }
      for (const std::string& name : session_.catalogue.measurements(database, policy.name)) {
        if (names_measurement(session_, s.sources, name)) {
          remove(TW_ROWS, {database, policy.name, name}, {}, c);
        }
      }
    }
  }

 private:
  std::string own_database() {
    if (!session_.catalogue.has_database(session_.database)) {
      throw StatementError("database not found: " + session_.database);
    }
    return session_.database;
  }

  void need_database(const std::string& name) {
    if (name.empty()) throw StatementError("database name required");
    if (session_.catalogue.has_database(name)) return;
    throw StatementError("database not found: " + name);
  }

  void check_existing(const CreateDatabase& s, const std::string& name) {
    auto known = session_.catalogue.policy(s.name, name);
    bool equal = known && known->is_default && known->duration == s.duration_ns.value_or(0) &&
                 known->replicas == s.replication.value_or(1) &&
                 known->shard_duration ==
                     normal_shard_duration(s.shard_duration_ns, s.duration_ns.value_or(0));
    if (!equal) throw StatementError("retention policy conflicts with an existing policy");
  }

  static void check_url(const std::string& url) {
    size_t scheme = url.find("://");
    std::string name = scheme == std::string::npos ? "" : url.substr(0, scheme);
    size_t port = scheme == std::string::npos ? scheme : url.find(':', scheme + 3);
    bool good = (name == "udp" || name == "http" || name == "https") && port != std::string::npos;
    if (!good) throw StatementError("invalid subscription URL: " + url);
  }

  // Conditions of a deletion may name tags only.
  void no_fields(const std::string& database, const std::vector<Source>& sources,
                 const ExprPtr& condition) {
    if (!condition || condition->kind == ExprKind::boolean) return;
    for (const std::string& m : session_.catalogue.measurements(database)) {
      if (!names_measurement(session_, sources, m)) continue;
      const FieldTypes& fields = session_.catalogue.fields({database, "", m});
      if (!names_field(*condition, fields)) continue;
      throw StatementError("shard 1: fields not supported in WHERE clause during deletion");
    }
  }

  // Numbers, booleans and durations are values of fields.
  static bool names_field(const Expr& e, const FieldTypes& fields) {
    if (e.kind == ExprKind::variable) return fields.count(e.text) > 0;
    const bool constant = e.args.empty() && e.kind != ExprKind::string && e.kind != ExprKind::regex;
    if (constant) return true;
    return std::any_of(e.args.begin(), e.args.end(),
                       [&](auto& a) { return names_field(*a, fields); });
  }

  // Conditions that only this series meets.
  std::vector<TagCondition> exactly(const std::string& database, const Series& series) {
    std::vector<TagCondition> out;
    for (const std::string& key : session_.catalogue.tag_keys({database, "", series.measurement})) {
      out.push_back({key, std::string(tag_value(series.tags, key)), TW_EQ});
    }
    return out;
  }

  void remove(uint32_t what, const Place& place, const std::vector<TagCondition>& where,
              const Condition& c) {
    ScanRequest scan(place, where);
    if (c.has_min) scan.raw.from_ns = c.min;
    if (c.has_max && c.max < INT64_MAX) scan.raw.to_ns = c.max + 1;
    session_.catalogue.storage().call(&tw_storage::drop, what,
                                      static_cast<const tw_scan*>(&scan.raw));
  }

  void drop(uint32_t what, const Place& place, const std::string& name) {
    ScanRequest scan(place, {});
    scan.raw.name = str(name);
    session_.catalogue.storage().call(&tw_storage::drop, what,
                                      static_cast<const tw_scan*>(&scan.raw));
  }

  static tw_definition definition(uint32_t what, const std::string& database,
                                  const std::string& name) {
    tw_definition d{};
    d.size = sizeof d;
    d.what = what;
    d.database = str(database);
    d.name = str(name);
    return d;
  }

  void define(const tw_definition& d) {
    session_.catalogue.storage().call(&tw_storage::define, &d);
  }
  void define(uint32_t what, const std::string& database, const std::string& name) {
    define(definition(what, database, name));
  }

  void define_policy(const std::string& database, const Policy& policy, uint32_t flags) {
    tw_definition d = definition(TW_RETENTION_POLICIES, database, policy.name);
    d.flags = flags;
    if (policy.is_default) d.flags |= TW_DEFINE_DEFAULT;
    if (!(flags & TW_DEFINE_ALTER)) {
      d.flags |= TW_DEFINE_HAS_DURATION | TW_DEFINE_HAS_SHARD_DURATION | TW_DEFINE_HAS_REPLICAS;
    }
    d.duration_ns = policy.duration;
    d.shard_duration_ns = policy.shard_duration;
    d.replicas = static_cast<uint32_t>(policy.replicas);
    define(d);
  }

  Session& session_;
};

}  // namespace

Tables run_definition(Session& session, const Statement& statement) {
  Definer definer(session);
  if (auto* s = std::get_if<CreateDatabase>(&statement)) return definer.create(*s), Tables{};
  if (auto* s = std::get_if<CreateRetentionPolicy>(&statement)) return definer.create(*s), Tables{};
  if (auto* s = std::get_if<AlterRetentionPolicy>(&statement)) return definer.alter(*s), Tables{};
  if (auto* s = std::get_if<CreateSubscription>(&statement)) return definer.create(*s), Tables{};
  if (auto* s = std::get_if<DropSubscription>(&statement)) {
    return definer.drop_subscription(*s), Tables{};
  }
  if (auto* s = std::get_if<DropDatabase>(&statement)) {
    return definer.drop_database(s->name), Tables{};
  }
  if (auto* s = std::get_if<DropRetentionPolicy>(&statement)) {
    return definer.drop_policy(*s), Tables{};
  }
  if (auto* s = std::get_if<DropMeasurement>(&statement)) {
    return definer.drop_measurement(s->name), Tables{};
  }
  if (auto* s = std::get_if<DropShard>(&statement)) return definer.drop_shard(s->id), Tables{};
  if (auto* s = std::get_if<DropSeries>(&statement)) return definer.drop_series(*s), Tables{};
  if (auto* s = std::get_if<Delete>(&statement)) return definer.erase(*s), Tables{};
  throw StatementError(to_string(statement) + " is not supported");
}

}  // namespace tickwork::query
