// SPDX-License-Identifier: MIT
// What exists: databases with their retention policies and subscriptions, and shards. This file is
// the form on disk (environment meta/); the store keeps the same structs in the heap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "environment.hpp"

namespace tickwork::lmdb {

struct Policy {
  uint64_t id = 0;
  std::string name;
  int64_t duration = 0;  // ns, 0 for ever
  int64_t shard_duration = 0;
  uint32_t replicas = 1;
};

struct Subscription {
  std::string policy, name, mode;
  std::vector<std::string> destinations;
};

struct DatabaseInfo {
  uint64_t id = 0, seed = 0;  // seed: of the series' hashes
  std::string name, default_policy;
  std::vector<Policy> policies;
  std::vector<Subscription> subscriptions;

  const Policy* policy(std::string_view policy_name) const;
  Policy* policy(std::string_view policy_name);
};

// For "at any time".
inline constexpr int64_t least_time = INT64_MIN, most_time = INT64_MAX;
// Between which points may lie, as in InfluxDB.
inline constexpr int64_t earliest_point = INT64_MIN + 2, latest_point = INT64_MAX - 1;

struct ShardInfo {
  uint64_t id = 0, database = 0, policy = 0;
  int64_t start = 0, end = 0;  // [start, end) ns
};

inline constexpr const char* catalogue_trees[] = {"databases", "shards", "state"};

// Each call is one durable transaction.
class Catalogue {
 public:
  explicit Catalogue(const std::string& folder, Opening opening = Opening::write);

  std::vector<DatabaseInfo> databases() const;  // in creation order
  std::vector<ShardInfo> shards() const;

  uint64_t next_number();      // for databases, policies and shards; never given twice
  uint64_t next_generation();  // of tables, rising
  void put(const DatabaseInfo& database);
  void put(const ShardInfo& shard);
  void erase_database(uint64_t id, const std::vector<uint64_t>& shards);
  void erase_shards(const std::vector<uint64_t>& shards);

 private:
  uint64_t count_up(const char* name);
  Environment env_;
};

// The bounds of the shard that a time falls into: slices of the duration, counted from year 1.
ShardInfo align_shard(int64_t time, int64_t duration);

int64_t default_shard_duration(int64_t policy_duration);

}  // namespace tickwork::lmdb
