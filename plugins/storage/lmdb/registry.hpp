// SPDX-License-Identifier: MIT
// The databases, policies, subscriptions and shards in the heap, over the catalogue on disk. Any
// thread; what it hands out stays valid after a drop, marked as dropped.
#pragma once

#include <tickwork/kind/storage.h>

#include <atomic>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "catalogue.hpp"
#include "index.hpp"
#include "shard.hpp"

namespace tickwork::lmdb {

struct Database {
  Database(DatabaseInfo info_, const std::string& folder, size_t map_size,
           Opening opening = Opening::write)
      : id(info_.id),
        info(std::move(info_)),
        index(folder + "/index", map_size, info.seed, opening) {}
  const uint64_t id;
  DatabaseInfo info;  // read through the registry only
  Index index;
  std::map<uint64_t, std::map<int64_t, std::shared_ptr<Shard>>> shards;  // policy, start
  std::atomic<bool> dropped = false;
};

// Where rows go.
struct Target {
  std::shared_ptr<Database> database;
  Policy policy;
};

class Registry {
 public:
  Registry(const std::string& folder, size_t map_size, Opening opening = Opening::write);

  Catalogue& catalogue() { return catalogue_; }

  std::shared_ptr<Database> find(std::string_view database) const;  // null: none
  std::shared_ptr<Database> need(std::string_view database) const;  // throws TW_E_NOT_FOUND
  Target resolve(std::string_view database, std::string_view policy) const;
  std::vector<DatabaseInfo> databases() const;
  DatabaseInfo info(const Database& database) const;
  std::vector<std::shared_ptr<Database>> all() const;

  std::shared_ptr<Shard> shard_at(const Target& target, int64_t time);  // creates it
  std::shared_ptr<Shard> shard(ShardId id) const;
  std::shared_ptr<Database> database(uint64_t id) const;
  // The shards that touch [from, to), by start; policy 0: of every policy.
  std::vector<std::shared_ptr<Shard>> shards(const Database& database, uint64_t policy,
                                             int64_t from, int64_t to) const;

  void define_database(const tw_definition& definition);
  void define_policy(const tw_definition& definition);
  void define_subscription(const tw_definition& definition);
  void drop_database(std::string_view database);
  void drop_policy(std::string_view database, std::string_view name);
  void drop_subscription(std::string_view database, std::string_view policy, std::string_view name);
  void drop_shard(ShardId id);
  // The shards whose end plus their policy's duration has passed.
  std::vector<std::shared_ptr<Shard>> expired(int64_t now) const;

 private:
  std::string folder_of(uint64_t database) const;
  std::shared_ptr<Shard> make_shard(const ShardInfo& info) const;
  std::shared_ptr<Shard> find_shard(const Target& target, int64_t time) const;
  ShardInfo place_shard(const Target& target, int64_t time) const;
  void remove_strays() const;
  std::shared_ptr<Database> find_locked(std::string_view database) const;
  void alter_policy(Database& database, const tw_definition& definition);
  void create_policy(Database& database, const tw_definition& definition);
  void save(Database& database, DatabaseInfo changed);

  std::string folder_;
  size_t map_size_;
  Opening opening_;
  Catalogue catalogue_;
  mutable std::shared_mutex mutex_;
  std::vector<std::shared_ptr<Database>> databases_;  // in creation order
  std::map<ShardId, std::shared_ptr<Shard>> shards_;
};

}  // namespace tickwork::lmdb
