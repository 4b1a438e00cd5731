// SPDX-License-Identifier: MIT
// "tickwork storage inspect DIR": databases, policies, shards with what they hold, and logs.
#include <boost/json.hpp>
#include <filesystem>

#include "command_line.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "read_store.hpp"
#include "tag_filter.hpp"

namespace tickwork::lmdb {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr const char* inspect_usage =
    "inspect DIR [--json]\n\n"
    "Tells the databases, retention policies and shards of the store in DIR, with series, blocks,\n"
    "rows and bytes, and the rows that still wait in logs. Also while a process writes it.\n";

struct ShardCount {
  uint64_t generations = 0, series = 0, segments = 0, blocks = 0, rows = 0, damaged = 0, bytes = 0;
};

void count_shared(std::string_view block, ShardCount& count, std::vector<SeriesId>& all) {
  SharedBlock shared;
  shared.open(block);
  count.rows += shared.rows();
  all.insert(all.end(), shared.series().begin(), shared.series().end());
}

void count_segment(const Segment& segment, bool is_shared, ShardCount& count,
                   std::vector<SeriesId>& all) {
  for (size_t i = 0; i < segment.count(); ++i) {
    ++count.blocks;
    if (is_shared) {
      count_shared(segment.block(i), count, all);
      continue;
    }
    if (all.empty() || all.back() != segment.series(i)) all.push_back(segment.series(i));
    count.rows += start_block(segment.block(i)).head.rows;
  }
}

// Values are not looked at; rows that were written twice, or deleted and not merged yet, count.
ShardCount count_shard(const std::shared_ptr<Shard>& shard) {
  ShardCount count;
  count.bytes = shard->bytes();
  count.generations = ShardReader(shard).generations().size();
  const auto env = shard->env();
  const Transaction txn(*env, Access::read);
  Cursor cursor(txn, segment_tree);
  std::vector<SeriesId> all;
  for (bool more = cursor.first(); more; more = cursor.next()) {
    ++count.segments;
    try {
      const bool is_shared = (load_key(cursor.key().data()) & shared_mark) != 0;
      count_segment(Segment(cursor.value()), is_shared, count, all);
    } catch (const Damaged&) {
      ++count.damaged;
    }
  }
  std::sort(all.begin(), all.end());
  count.series = static_cast<uint64_t>(std::unique(all.begin(), all.end()) - all.begin());
  return count;
}

json::object shard_json(const std::shared_ptr<Shard>& shard) {
  const ShardInfo& info = shard->info();
  const ShardCount count = count_shard(shard);
  return {{"id", info.id},
          {"start", format_time(info.start)},
          {"end", format_time(info.end)},
          {"generations", count.generations},
          {"series", count.series},
          {"segments", count.segments},
          {"blocks", count.blocks},
          {"rows", count.rows},
          {"damaged_segments", count.damaged},
          {"bytes", count.bytes}};
}

json::object policy_json(const ReadStore& store, const Database& database, const Policy& policy,
                         bool is_default) {
  json::array shards;
  for (const auto& shard : store.registry().shards(database, policy.id, least_time, most_time)) {
    try {
      shards.push_back(shard_json(shard));
    } catch (const Failure&) {
      if (!store.gone(*shard)) throw;
    }
  }
  return {{"name", policy.name},
          {"default", is_default},
          {"duration_s", policy.duration / 1'000'000'000},
          {"shard_duration_s", policy.shard_duration / 1'000'000'000},
          {"shards", std::move(shards)}};
}

uint64_t folder_bytes(const std::string& folder) {
  std::error_code why;
  uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder, why)) {
    const auto size = entry.is_regular_file(why) ? entry.file_size(why) : 0;
    if (!why) bytes += size;
  }
  return bytes;
}

json::object describe(const ReadStore& store) {
  json::array databases, logs;
  for (const auto& database : store.registry().all()) {
    const DatabaseInfo info = store.registry().info(*database);
    json::array policies;
    for (const Policy& policy : info.policies) {
      policies.push_back(policy_json(store, *database, policy, policy.name == info.default_policy));
    }
    databases.push_back({{"name", info.name},
                         {"id", info.id},
                         {"series", database->index.find("", TagFilter()).size()},
                         {"measurements", database->index.measurements().size()},
                         {"retention_policies", std::move(policies)}});
  }
  for (const ReadStore::Log& log : store.logs()) {
    logs.push_back(
        {{"file", log.path}, {"bytes", log.bytes}, {"rows", log.rows}, {"damage", log.damage}});
  }
  const std::string& path = store.folder().path();
  return {{"path", path},
          {"in_use", store.folder().in_use()},
          {"bytes", folder_bytes(path)},
          {"databases", std::move(databases)},
          {"logs", std::move(logs)}};
}

std::string as_text(const json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

std::string line_of(const json::object& object, std::initializer_list<const char*> keys) {
  std::string out;
  for (const char* key : keys) {
    out += (out.empty() ? "" : ", ") + as_text(object.at(key)) + " ";
    for (const char* c = key; *c; ++c) out += *c == '_' ? ' ' : *c;
  }
  return out;
}

std::string duration_text(const json::value& seconds) {
  const int64_t s = seconds.as_int64();
  return s == 0          ? "for ever"
         : s % 3600 == 0 ? std::to_string(s / 3600) + "h"
                         : std::to_string(s) + "s";
}

void print_policy(const CommandCall& call, const json::object& policy) {
  call.out("  retention policy " + as_text(policy.at("name")) +
           (policy.at("default").as_bool() ? " (default)" : "") + ": keeps " +
           duration_text(policy.at("duration_s")) + ", shards of " +
           duration_text(policy.at("shard_duration_s")) + "\n");
  for (const auto& entry : policy.at("shards").as_array()) {
    const json::object& shard = entry.as_object();
    call.out("    shard " + as_text(shard.at("id")) + ", " + as_text(shard.at("start")) + " to " +
             as_text(shard.at("end")) + ": " +
             line_of(shard, {"series", "blocks", "rows", "generations", "bytes"}));
    const bool damaged = as_text(shard.at("damaged_segments")) != "0";
    call.out(damaged ? ", " + line_of(shard, {"damaged_segments"}) + "\n" : "\n");
  }
}

void print_text(const CommandCall& call, const json::object& store) {
  call.out(as_text(store.at("path")) + ": " + line_of(store, {"bytes"}) +
           (store.at("in_use").as_bool() ? ", a process writes it\n" : "\n"));
  for (const auto& entry : store.at("databases").as_array()) {
    const json::object& database = entry.as_object();
    call.out("database " + as_text(database.at("name")) + ": " +
             line_of(database, {"series", "measurements"}) + "\n");
    for (const auto& policy : database.at("retention_policies").as_array()) {
      print_policy(call, policy.as_object());
    }
  }
  for (const auto& entry : store.at("logs").as_array()) {
    const json::object& log = entry.as_object();
    const std::string damage = as_text(log.at("damage"));
    call.out("log " + as_text(log.at("file")) + ": " + line_of(log, {"rows", "bytes"}) +
             (damage.empty() ? "\n" : "; " + damage + "\n"));
  }
}

}  // namespace

int32_t inspect_store(CommandCall call) {
  return run_with_usage(call, inspect_usage, [&] {
    const CommandLine line(call.arguments, {}, {"--json"}, 1);
    const json::object store = describe(ReadStore(line.bare(0)));
    if (line.has("--json")) {
      call.out(json::serialize(store) + "\n");
    } else {
      print_text(call, store);
    }
    return TW_EXIT_FINE;
  });
}

}  // namespace tickwork::lmdb
