// SPDX-License-Identifier: MIT
// Deletion. Rows: everything is flushed, then each shard gets a tombstone that hides what older
// generations hold; a merge removes the rows themselves. Series without a row leave the index.
#include <algorithm>
#include <charconv>
#include <map>

#include "failure.hpp"
#include "list.hpp"
#include "scan.hpp"
#include "tag_filter.hpp"

namespace tickwork::lmdb {
namespace {

// Of these series, those that no tombstone has emptied in that shard.
std::vector<SeriesId> with_rows(const std::shared_ptr<Shard>& shard,
                                const std::vector<SeriesId>& series, const Report& report) {
  ShardReader reader(shard);
  std::vector<SeriesId> out;
  for (const SeriesId id : series) {
    std::vector<ShardReader::Block> blocks;
    reader.find(id, least_time, most_time, blocks, report);
    for (const ShardReader::Block& block : blocks) {
      if (reader.hides_all(id, block)) continue;
      static const std::vector<FieldId> no_columns;
      const Columns rows = block.decode(&no_columns);
      std::vector<uint8_t> keep(rows.rows(), 1);
      reader.hide(id, block.generation, rows.times, keep);
      if (std::find(keep.begin(), keep.end(), 1) == keep.end()) continue;
      out.push_back(id);
      break;
    }
  }
  return out;
}

// Leaves those of a measurement's series that have no row in any of the shards.
void remove_living(const std::vector<std::shared_ptr<Shard>>& shards, std::string_view measurement,
                   std::vector<SeriesId>& series, const Report& report) {
  for (const auto& shard : shards) {
    if (series.empty()) return;
    if (!shard->has_measurement(measurement)) continue;
    const std::vector<SeriesId> living = with_rows(shard, series, report);
    std::erase_if(
        series, [&](SeriesId id) { return std::binary_search(living.begin(), living.end(), id); });
  }
}

ShardId shard_number(std::string_view name) {
  ShardId id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (error != std::errc() || end != name.data() + name.size()) {
    throw Failure(TW_E_INVALID, "not a shard id: " + std::string(name));
  }
  return id;
}

}  // namespace

void Store::drop_rows(const tw_scan& request, bool any_time) {
  const std::lock_guard deleting(delete_mutex_);
  const auto database = registry_.need(view(request.database));
  const TagFilter filter(request.where, request.n_where);
  uint64_t policy = 0;
  if (request.retention.len) {
    policy = registry_.resolve(view(request.database), view(request.retention)).policy.id;
  }
  const auto found = database->index.find(view(request.measurement), filter);
  const uint64_t bound = flush();
  if (found.empty()) return;
  const int64_t from = any_time ? least_time : request.from_ns;
  const int64_t to = any_time ? most_time : request.to_ns;
  Tombstone stone{0, bound, from, to, {}};
  for (const FoundSeries& s : found) stone.series.push_back(s.id);
  std::sort(stone.series.begin(), stone.series.end());
  const auto touched = registry_.shards(*database, policy, from, to);
  for (const auto& shard : touched) {
    const std::lock_guard flushing(flush_mutex_);
    if (!shard->dropped()) shard->add_tombstone(stone);
  }
  bury(*database, found);
  const std::lock_guard lock(wake_mutex_);
  for (const auto& shard : touched) to_merge_.push_back(shard);
  wanted_ = true;
  wake_.notify_all();
}

void Store::bury(Database& database, const std::vector<FoundSeries>& suspects) {
  const std::lock_guard flushing(flush_mutex_);
  const auto shards = registry_.shards(database, 0, least_time, most_time);
  std::map<std::string, std::vector<SeriesId>> by_measurement;
  for (const FoundSeries& s : suspects) by_measurement[key_measurement(s.key)].push_back(s.id);
  std::vector<SeriesId> empty;
  for (auto& [measurement, ids] : by_measurement) {
    std::sort(ids.begin(), ids.end());
    remove_living(shards, measurement, ids, damage_report());
    empty.insert(empty.end(), ids.begin(), ids.end());
  }
  // From here no writer may give a row to a series that is about to be buried.
  const std::lock_guard lock(write_mutex_);
  const auto in_table = [&](const std::shared_ptr<Table>& table) {
    for (const auto& shard : shards) {
      const ShardTable* rows = table->find(shard->info().id);
      if (rows) std::erase_if(empty, [&](SeriesId id) { return rows->find(id) != nullptr; });
    }
  };
  in_table(table_);
  for (const SealedTable& sealed : sealed_) in_table(sealed.table);
  database.index.kill(empty);
  for (const std::string& living : database.index.measurements()) by_measurement.erase(living);
  for (const auto& [gone, ids] : by_measurement) {
    for (const auto& shard : shards) shard->forget_measurement(gone);
  }
}

void Store::drop_shard(const std::shared_ptr<Shard>& shard) {
  const auto database = registry_.database(shard->info().database);
  std::vector<SeriesId> ids = ShardReader(shard).series();
  const auto note = [&](const std::shared_ptr<Table>& table) {
    const ShardTable* rows = table->find(shard->info().id);
    if (!rows) return;
    for (const Stream* stream : rows->streams()) ids.push_back(stream->series);
  };
  for (const auto& table : snapshot(note)) note(table);
  {
    const std::lock_guard flushing(flush_mutex_);
    registry_.drop_shard(shard->info().id);
  }
  if (!database) return;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  bury(*database, database->index.with_keys(ids));
}

void Store::drop_database(std::string_view name) {
  const std::lock_guard flushing(flush_mutex_);
  registry_.drop_database(name);
}

void Store::enforce_retention() {
  for (const auto& shard : registry_.expired(now())) {
    log(TW_LOG_INFO, "retention removes shard " + std::to_string(shard->info().id));
    drop_shard(shard);
  }
}

namespace {

void drop_policy(Store& store, const tw_scan& request) {
  const auto database = store.registry().need(view(request.database));
  const DatabaseInfo info = store.registry().info(*database);
  const Policy* policy = info.policy(view(request.name));
  if (!policy) return;
  const auto shards = store.registry().shards(*database, policy->id, least_time, most_time);
  for (const auto& shard : shards) store.drop_shard(shard);
  store.registry().drop_policy(view(request.database), view(request.name));
}

// What refers to the database goes first: a later database of that name must not inherit it.
void drop_database(Store& store, std::string_view name) {
  store.accounts().forget_database(name);
  store.continuous().forget_database(name);
  store.drop_database(name);
}

void drop_one_shard(Store& store, const tw_scan& request) {
  if (const auto shard = store.registry().shard(shard_number(view(request.name)))) {
    store.drop_shard(shard);
  }
}

}  // namespace

void drop_subject(Store& store, uint32_t what, const tw_scan& request) {
  Registry& registry = store.registry();
  switch (what) {
    case TW_DATABASES:
      return drop_database(store, view(request.database.len ? request.database : request.name));
    case TW_RETENTION_POLICIES:
      return drop_policy(store, request);
    case TW_SUBSCRIPTIONS:
      return registry.drop_subscription(view(request.database), view(request.retention),
                                        view(request.name));
    case TW_USERS:
      return store.accounts().drop_user(view(request.name));
    case TW_CONTINUOUS_QUERIES:
      return store.continuous().drop(view(request.database), view(request.name));
    case TW_SHARDS:
      return drop_one_shard(store, request);
    case TW_MEASUREMENTS:
    case TW_SERIES:
      return store.drop_rows(request, true);
    case TW_ROWS:
      return store.drop_rows(request, !bounded(request));
    default:
      throw Failure(TW_E_INVALID, "cannot drop subject " + std::to_string(what));
  }
}

}  // namespace tickwork::lmdb
