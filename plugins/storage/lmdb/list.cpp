// SPDX-License-Identifier: MIT
#include "list.hpp"

#include <algorithm>
#include <set>
#include <tickwork/cpp/storage.hpp>
#include <tuple>

#include "failure.hpp"
#include "group_tags.hpp"
#include "scan.hpp"
#include "tag_filter.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t rows_a_batch = 8192;

ListTable::ListColumn texts(const char* name) { return {name, TW_STRING}; }
ListTable::ListColumn integers(const char* name) { return {name, TW_INT}; }

ListTable list_databases(Store& store) {
  ListTable out({texts("name")});
  for (const DatabaseInfo& d : store.registry().databases()) out.text(0, d.name);
  return out;
}

ListTable list_policies(Store& store, const tw_scan& request) {
  ListTable out({texts("name"),
                 integers("duration"),
                 integers("shard_duration"),
                 integers("replicas"),
                 {"default", TW_BOOL}});
  const DatabaseInfo info = store.registry().info(*store.registry().need(view(request.database)));
  for (const Policy& p : info.policies) {
    out.text(0, p.name).number(1, p.duration).number(2, p.shard_duration).number(3, p.replicas);
    out.number(4, p.name == info.default_policy);
  }
  return out;
}

ListTable list_subscriptions(Store& store, const tw_scan& request) {
  ListTable out(
      {texts("database"), texts("retention"), texts("name"), texts("mode"), texts("destinations")});
  for (const DatabaseInfo& d : store.registry().databases()) {
    if (request.database.len && d.name != view(request.database)) continue;
    for (const Subscription& s : d.subscriptions) {
      std::string joined;
      for (const std::string& to : s.destinations) joined += (joined.empty() ? "" : "\n") + to;
      out.text(0, d.name).text(1, s.policy).text(2, s.name).text(3, s.mode).text(4, joined);
    }
  }
  return out;
}

ListTable list_shards(Store& store, const tw_scan& request) {
  ListTable out({integers("id"), texts("database"), texts("retention"), integers("start"),
                 integers("end"), integers("bytes")});
  for (const auto& database : store.registry().all()) {
    const DatabaseInfo info = store.registry().info(*database);
    if (request.database.len && info.name != view(request.database)) continue;
    for (const Policy& policy : info.policies) {
      for (const auto& shard :
           store.registry().shards(*database, policy.id, least_time, most_time)) {
        const ShardInfo& s = shard->info();
        out.number(0, static_cast<int64_t>(s.id)).text(1, info.name).text(2, policy.name);
        out.number(3, s.start).number(4, s.end);
        out.number(5, static_cast<int64_t>(shard->bytes()));
      }
    }
  }
  return out;
}

ListTable list_measurements(Store& store, const tw_scan& request) {
  ListTable out({texts("name")});
  const auto database = store.registry().need(view(request.database));
  if (request.n_where == 0 && !bounded(request) && request.measurement.len == 0) {
    for (const std::string& name : database->index.measurements()) out.text(0, name);
    return out;
  }
  std::set<std::string> names;
  for (const FoundSeries& s : find_series(store, *database, request)) {
    names.insert(key_measurement(s.key));
  }
  for (const std::string& name : names) out.text(0, name);
  return out;
}

// True if no range is asked for, and no policy beside which another one has rows.
bool whole_series(Store& store, const Database& database, const tw_scan& request) {
  if (bounded(request)) return false;
  if (request.retention.len == 0) return true;
  const Target target = store.registry().resolve(view(request.database), view(request.retention));
  return store.registry().shards(database, target.policy.id, least_time, most_time).size() ==
         store.registry().shards(database, 0, least_time, most_time).size();
}

// True if the request is not about some of a measurement's series only.
bool every_series(Store& store, const Database& database, const tw_scan& request) {
  return request.n_where == 0 && whole_series(store, database, request);
}

ListTable list_tag_keys(Store& store, const tw_scan& request) {
  ListTable out({texts("measurement"), texts("key")});
  std::set<std::pair<std::string, std::string>> rows;
  const auto database = store.registry().need(view(request.database));
  if (request.measurement.len && every_series(store, *database, request)) {
    for (const std::string& key : database->index.tag_keys(view(request.measurement))) {
      out.text(0, view(request.measurement)).text(1, key);
    }
    return out;
  }
  for (const FoundSeries& s : find_series(store, *database, request)) {
    const SeriesName name = parse_series_key(s.key);
    for (const auto& [key, value] : name.tags) rows.emplace(name.measurement, key);
  }
  for (const auto& [measurement, key] : rows) out.text(0, measurement).text(1, key);
  return out;
}

ListTable counted(size_t rows) {
  ListTable out({integers("count")});
  return out.number(0, static_cast<int64_t>(rows));
}

// Calls visit for each value of the tag that the request names, in order.
void visit_values(Store& store, const Database& database, const tw_scan& request,
                  const Index::VisitText& visit) {
  const std::string_view measurement = view(request.measurement), key = view(request.name);
  const bool whole = whole_series(store, database, request);
  if (whole && request.n_where == 0) {
    return database.index.visit_tag_values(measurement, key, visit);
  }
  Index::FoundOrNamed series;
  if (whole) {
    const TagFilter filter(request.where, request.n_where);
    series = database.index.find_groups(measurement, filter, {std::string(key)});
  } else {
    series.found = find_series(store, database, request);
  }
  if (series.named) {
    for (size_t i = 0; i < series.named->ids().size(); ++i) {
      const std::string_view value = first_group_tag(series.named->name(i));
      if (!value.empty()) visit(value);
    }
    return;
  }
  std::set<std::string, std::less<>> values;
  std::string room;
  for (const FoundSeries& s : series.found) {
    const std::string_view value = tag_of_key(s.key, key, room);
    if (!value.empty() && !values.contains(value)) values.emplace(value);
  }
  for (const std::string& value : values) visit(value);
}

ListTable list_values(Store& store, const Database& database, const tw_scan& request) {
  if (request.flags & TW_LIST_COUNT) {
    size_t values = 0;
    visit_values(store, database, request, [&](std::string_view) { ++values; });
    return counted(values);
  }
  ListTable out({texts("measurement"), texts("key"), texts("value")});
  visit_values(store, database, request, [&](std::string_view value) {
    out.text(0, view(request.measurement)).text(1, view(request.name)).text(2, value);
  });
  return out;
}

ListTable list_tag_values(Store& store, const tw_scan& request) {
  const auto database = store.registry().need(view(request.database));
  if (request.measurement.len && request.name.len) return list_values(store, *database, request);
  std::set<std::tuple<std::string, std::string, std::string>> rows;
  for (const FoundSeries& s : find_series(store, *database, request)) {
    const SeriesName name = parse_series_key(s.key);
    for (const auto& [key, value] : name.tags) {
      if (request.name.len && key != view(request.name)) continue;
      rows.emplace(name.measurement, key, value);
    }
  }
  ListTable out({texts("measurement"), texts("key"), texts("value")});
  for (const auto& [m, k, v] : rows) out.text(0, m).text(1, k).text(2, v);
  return out;
}

ListTable list_series(Store& store, const tw_scan& request) {
  ListTable out({texts("key")});
  const auto database = store.registry().need(view(request.database));
  if (every_series(store, *database, request)) {
    if (request.flags & TW_LIST_COUNT) {
      return counted(database->index.count(view(request.measurement)));
    }
    out.refill = [next = database->index.keys(view(request.measurement))](ListTable& table) {
      for (size_t row = 0; row < rows_a_batch; ++row) {
        const std::string_view key = next();
        if (key.empty()) return;
        table.text(0, key);
      }
    };
    out.refill(out);
    return out;
  }
  for (const FoundSeries& s : find_series(store, *database, request)) out.text(0, s.key);
  return out;
}

ListTable list_users(Store& store) {
  ListTable out({texts("name"), texts("hash"), {"admin", TW_BOOL}});
  for (const User& user : store.accounts().all()) {
    out.text(0, user.name).text(1, user.hash).number(2, user.admin);
  }
  return out;
}

ListTable list_grants(Store& store) {
  ListTable out({texts("user"), texts("database"), texts("privilege")});
  for (const User& user : store.accounts().all()) {
    for (const auto& [database, privilege] : user.grants) {
      out.text(0, user.name).text(1, database).text(2, privilege);
    }
  }
  return out;
}

ListTable list_continuous(Store& store, const tw_scan& request) {
  ListTable out({texts("database"), texts("name"), texts("query")});
  for (const ContinuousQuery& query : store.continuous().all()) {
    if (request.database.len && query.database != view(request.database)) continue;
    out.text(0, query.database).text(1, query.name).text(2, query.text);
  }
  return out;
}

ListTable list_field_keys(Store& store, const tw_scan& request) {
  ListTable out({texts("measurement"), texts("key"), texts("type")});
  const auto database = store.registry().need(view(request.database));
  uint64_t policy = 0;
  if (request.retention.len) {
    policy = store.registry().resolve(view(request.database), view(request.retention)).policy.id;
  }
  std::vector<std::string> live;
  if (request.measurement.len == 0) {
    live = database->index.measurements();
  } else if (database->index.has_measurement(view(request.measurement))) {
    live.emplace_back(view(request.measurement));
  }
  std::set<std::tuple<std::string, std::string, std::string_view>> rows;
  for (const auto& shard : store.registry().shards(*database, policy, least_time, most_time)) {
    for (const std::string& measurement : live) {
      for (const auto& [name, info] : shard->fields(measurement)) {
        rows.emplace(measurement, name, type_name(info.type));
      }
    }
  }
  for (const auto& [m, name, type] : rows) out.text(0, m).text(1, name).text(2, type);
  return out;
}

}  // namespace

bool bounded(const tw_scan& request) {
  if (request.from_ns == 0 && request.to_ns == 0) return false;
  return request.from_ns != least_time || request.to_ns != most_time;
}

std::vector<FoundSeries> find_series(Store& store, const Database& database,
                                     const tw_scan& request) {
  const TagFilter filter(request.where, request.n_where);
  auto found = database.index.find(view(request.measurement), filter);
  uint64_t policy = 0;
  if (request.retention.len) {
    policy = store.registry().resolve(view(request.database), view(request.retention)).policy.id;
  }
  if (!bounded(request) && policy == 0) return found;
  const int64_t from = bounded(request) ? request.from_ns : least_time;
  const int64_t to = bounded(request) ? request.to_ns : most_time;
  const auto shards = store.registry().shards(database, policy, from, to);
  std::set<SeriesId> there;
  const auto note = [&](const std::shared_ptr<Table>& table) {
    for (const auto& shard : shards) {
      const ShardTable* rows = table->find(shard->info().id);
      if (!rows) continue;
      for (const Stream* stream : rows->streams()) there.insert(stream->series);
    }
  };
  for (const auto& table : store.snapshot(note)) note(table);
  for (const auto& shard : shards) {
    for (const SeriesId id : ShardReader(shard).series()) there.insert(id);
  }
  std::erase_if(found, [&](const FoundSeries& s) { return !there.contains(s.id); });
  return found;
}

ListTable list_subject(Store& store, uint32_t what, const tw_scan& request) {
  switch (what) {
    case TW_DATABASES:
      return list_databases(store);
    case TW_RETENTION_POLICIES:
      return list_policies(store, request);
    case TW_MEASUREMENTS:
      return list_measurements(store, request);
    case TW_TAG_KEYS:
      return list_tag_keys(store, request);
    case TW_TAG_VALUES:
      return list_tag_values(store, request);
    case TW_FIELD_KEYS:
      return list_field_keys(store, request);
    case TW_SERIES:
      return list_series(store, request);
    case TW_SHARDS:
      return list_shards(store, request);
    case TW_SUBSCRIPTIONS:
      return list_subscriptions(store, request);
    case TW_USERS:
      return list_users(store);
    case TW_GRANTS:
      return list_grants(store);
    case TW_CONTINUOUS_QUERIES:
      return list_continuous(store, request);
    default:
      throw Failure(TW_E_INVALID, "cannot list subject " + std::to_string(what));
  }
}

}  // namespace tickwork::lmdb
