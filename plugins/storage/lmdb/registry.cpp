// SPDX-License-Identifier: MIT
#include "registry.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <mutex>
#include <random>
#include <set>

#include "durable_file.hpp"
#include "failure.hpp"
#include "series_key.hpp"

namespace tickwork::lmdb {
namespace {

namespace fs = std::filesystem;
constexpr int64_t hour = 3'600'000'000'000;

uint64_t random_seed() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

void check_name(std::string_view name) {
  const bool printable = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\';
  });
  if (name.empty() || !printable || name == "." || name == "..") {
    throw Failure(TW_E_INVALID, "invalid name");
  }
}

bool touches(const ShardInfo& shard, int64_t from, int64_t to) {
  return shard.start < to && shard.end > from;
}

Policy policy_of(const tw_definition& d, std::string_view name, const Policy& before) {
  Policy p = before;
  p.name = name;
  if (d.flags & TW_DEFINE_HAS_DURATION) p.duration = d.duration_ns;
  if (d.flags & TW_DEFINE_HAS_REPLICAS) p.replicas = d.replicas;
  if (p.duration != 0 && p.duration < hour) {
    throw Failure(TW_E_INVALID, "retention policy duration must be at least 1h0m0s");
  }
  const bool given = (d.flags & TW_DEFINE_HAS_SHARD_DURATION) && d.shard_duration_ns != 0;
  const bool chosen = before.shard_duration == 0 || (d.flags & TW_DEFINE_HAS_SHARD_DURATION);
  if (given) {
    p.shard_duration = std::max(d.shard_duration_ns, hour);
  } else if (chosen) {
    p.shard_duration = default_shard_duration(p.duration);
  }
  if (p.duration != 0 && p.shard_duration > p.duration) {
    throw Failure(TW_E_INVALID,
                  "retention policy duration must be greater than the shard duration");
  }
  return p;
}

bool equal(const Policy& a, const Policy& b) {
  return a.duration == b.duration && a.shard_duration == b.shard_duration &&
         a.replicas == b.replicas;
}

std::string_view database_name(const tw_definition& d) {
  return d.database.len ? view(d.database) : view(d.name);
}

std::string_view first_policy_name(const tw_definition& d) {
  return d.database.len && d.name.len && view(d.name) != view(d.database) ? view(d.name)
                                                                          : "autogen";
}

bool shapes_policy(const tw_definition& d) {
  return (d.flags &
          (TW_DEFINE_HAS_DURATION | TW_DEFINE_HAS_SHARD_DURATION | TW_DEFINE_HAS_REPLICAS)) != 0 ||
         first_policy_name(d) != "autogen";
}

}  // namespace

Registry::Registry(const std::string& folder, size_t map_size, Opening opening)
    : folder_(folder),
      map_size_(map_size),
      opening_(opening),
      catalogue_(folder + "/meta", opening) {
  for (DatabaseInfo& info : catalogue_.databases()) {
    const std::string path = folder_of(info.id);
    databases_.push_back(std::make_shared<Database>(std::move(info), path, map_size_, opening_));
  }
  for (const ShardInfo& info : catalogue_.shards()) {
    const auto owner = database(info.database);
    if (!owner) continue;
    shards_[info.id] = make_shard(info);
    owner->shards[info.policy][info.start] = shards_[info.id];
  }
  if (opening_ == Opening::write) remove_strays();
}

std::string Registry::folder_of(uint64_t database) const {
  return folder_ + "/db/" + std::to_string(database);
}

std::shared_ptr<Shard> Registry::make_shard(const ShardInfo& info) const {
  return std::make_shared<Shard>(
      info, folder_of(info.database) + "/shard/" + std::to_string(info.id), map_size_, opening_);
}

// Folders that a drop had to leave when the process ended.
void Registry::remove_strays() const {
  std::set<std::string> known;
  for (const auto& database : databases_) known.insert(folder_of(database->id));
  for (const auto& [id, shard] : shards_) known.insert(shard->folder());
  std::error_code ignored;
  const auto sweep = [&](const fs::path& parent) {
    for (const auto& entry : fs::directory_iterator(parent, ignored)) {
      if (!known.contains(entry.path().string())) fs::remove_all(entry.path(), ignored);
    }
  };
  sweep(folder_ + "/db");
  for (const auto& database : databases_) sweep(folder_of(database->id) + "/shard");
}

std::shared_ptr<Database> Registry::find_locked(std::string_view database) const {
  for (const auto& d : databases_) {
    if (d->info.name == database) return d;
  }
  return nullptr;
}

std::shared_ptr<Database> Registry::find(std::string_view database) const {
  const std::shared_lock lock(mutex_);
  return find_locked(database);
}

std::shared_ptr<Database> Registry::need(std::string_view database) const {
  auto found = find(database);
  if (!found) throw Failure(TW_E_NOT_FOUND, "database not found: " + std::string(database));
  return found;
}

Target Registry::resolve(std::string_view database, std::string_view policy) const {
  auto found = need(database);
  const std::shared_lock lock(mutex_);
  const std::string name(policy.empty() ? std::string_view(found->info.default_policy) : policy);
  const Policy* p = std::as_const(found->info).policy(name);
  if (!p) throw Failure(TW_E_NOT_FOUND, "retention policy not found: " + name);
  return {std::move(found), *p};
}

std::vector<DatabaseInfo> Registry::databases() const {
  const std::shared_lock lock(mutex_);
  std::vector<DatabaseInfo> out;
  for (const auto& d : databases_) out.push_back(d->info);
  return out;
}

DatabaseInfo Registry::info(const Database& database) const {
  const std::shared_lock lock(mutex_);
  return database.info;
}

std::vector<std::shared_ptr<Database>> Registry::all() const {
  const std::shared_lock lock(mutex_);
  return databases_;
}

std::shared_ptr<Database> Registry::database(uint64_t id) const {
  const std::shared_lock lock(mutex_);
  for (const auto& d : databases_) {
    if (d->id == id) return d;
  }
  return nullptr;
}

std::shared_ptr<Shard> Registry::shard(ShardId id) const {
  const std::shared_lock lock(mutex_);
  const auto it = shards_.find(id);
  return it == shards_.end() ? nullptr : it->second;
}

std::shared_ptr<Shard> Registry::find_shard(const Target& target, int64_t time) const {
  const auto of_policy = target.database->shards.find(target.policy.id);
  if (of_policy == target.database->shards.end()) return nullptr;
  auto it = of_policy->second.upper_bound(time);
  if (it == of_policy->second.begin()) return nullptr;
  --it;
  return time < it->second->info().end ? it->second : nullptr;
}

// Aligned, and cut where shards of another duration already are.
ShardInfo Registry::place_shard(const Target& target, int64_t time) const {
  ShardInfo info = align_shard(time, target.policy.shard_duration);
  const auto of_policy = target.database->shards.find(target.policy.id);
  if (of_policy == target.database->shards.end()) return info;
  for (const auto& [start, shard] : of_policy->second) {
    if (shard->info().end <= time) info.start = std::max(info.start, shard->info().end);
    if (start > time) info.end = std::min(info.end, start);
  }
  return info;
}

std::shared_ptr<Shard> Registry::shard_at(const Target& target, int64_t time) {
  {
    const std::shared_lock lock(mutex_);
    if (auto found = find_shard(target, time)) return found;
  }
  const uint64_t id = catalogue_.next_number();
  const std::unique_lock lock(mutex_);
  if (auto found = find_shard(target, time)) return found;
  ShardInfo info = place_shard(target, time);
  info.id = id;
  info.database = target.database->id;
  info.policy = target.policy.id;
  auto shard = make_shard(info);
  shard->env();  // its folder must be there before the catalogue names it
  sync_folder(fs::path(shard->folder()).parent_path().string());
  catalogue_.put(info);
  shards_[id] = shard;
  target.database->shards[target.policy.id][info.start] = shard;
  return shard;
}

std::vector<std::shared_ptr<Shard>> Registry::shards(const Database& database, uint64_t policy,
                                                     int64_t from, int64_t to) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<Shard>> out;
  for (const auto& [id, by_start] : database.shards) {
    if (policy != 0 && id != policy) continue;
    for (const auto& [start, shard] : by_start) {
      if (touches(shard->info(), from, to)) out.push_back(shard);
    }
  }
  return out;
}

// ---- define ----

void Registry::save(Database& database, DatabaseInfo changed) {
  catalogue_.put(changed);
  database.info = std::move(changed);
}

void Registry::define_database(const tw_definition& d) {
  const std::string name(database_name(d));
  check_name(name);
  const std::string first(first_policy_name(d));
  check_name(first);
  const Policy shape = policy_of(d, first, {});
  const uint64_t id = catalogue_.next_number(), policy_id = catalogue_.next_number();
  const std::unique_lock lock(mutex_);
  if (const auto found = find_locked(name)) {
    const Policy* there = std::as_const(found->info).policy(first);
    if (!shapes_policy(d) ||
        (there && found->info.default_policy == first && equal(*there, shape))) {
      return;
    }
    throw Failure(TW_E_INVALID, "retention policy conflicts with an existing policy");
  }
  DatabaseInfo info;
  info.id = id;
  info.seed = random_seed();
  info.name = name;
  info.default_policy = first;
  info.policies.push_back(shape);
  info.policies.back().id = policy_id;
  make_folder(folder_of(id) + "/index");
  make_folder(folder_of(id) + "/shard");
  auto database = std::make_shared<Database>(info, folder_of(id), map_size_);
  catalogue_.put(info);
  databases_.push_back(std::move(database));
}

void Registry::alter_policy(Database& database, const tw_definition& d) {
  DatabaseInfo changed = database.info;
  Policy* p = changed.policy(view(d.name));
  if (!p) {
    throw Failure(TW_E_NOT_FOUND, "retention policy not found: " + std::string(view(d.name)));
  }
  *p = policy_of(d, view(d.name), *p);
  if (d.flags & TW_DEFINE_DEFAULT) changed.default_policy = p->name;
  save(database, std::move(changed));
}

void Registry::create_policy(Database& database, const tw_definition& d) {
  check_name(view(d.name));
  Policy p = policy_of(d, view(d.name), {});
  if (const Policy* there = std::as_const(database.info).policy(p.name)) {
    if (!equal(*there, p)) throw Failure(TW_E_INVALID, "retention policy already exists");
    if ((d.flags & TW_DEFINE_DEFAULT) && database.info.default_policy != p.name) {
      throw Failure(TW_E_INVALID, "retention policy conflicts with an existing policy");
    }
    return;
  }
  DatabaseInfo changed = database.info;
  p.id = catalogue_.next_number();
  changed.policies.push_back(p);
  if (d.flags & TW_DEFINE_DEFAULT) changed.default_policy = p.name;
  save(database, std::move(changed));
}

void Registry::define_policy(const tw_definition& d) {
  const auto database = need(view(d.database));
  const std::unique_lock lock(mutex_);
  if (d.flags & TW_DEFINE_ALTER) return alter_policy(*database, d);
  create_policy(*database, d);
}

void Registry::define_subscription(const tw_definition& d) {
  const auto database = need(view(d.database));
  const std::unique_lock lock(mutex_);
  Subscription s{
      std::string(view(d.retention)), std::string(view(d.name)), std::string(view(d.mode)), {}};
  if (!std::as_const(database->info).policy(s.policy)) {
    throw Failure(TW_E_NOT_FOUND, "retention policy not found: " + s.policy);
  }
  for (size_t i = 0; i < d.n_destinations; ++i)
    s.destinations.emplace_back(view(d.destinations[i]));
  for (const Subscription& there : database->info.subscriptions) {
    if (there.policy != s.policy || there.name != s.name) continue;
    if (there.mode == s.mode && there.destinations == s.destinations) return;
    throw Failure(TW_E_INVALID, "subscription already exists");
  }
  DatabaseInfo changed = database->info;
  changed.subscriptions.push_back(std::move(s));
  save(*database, std::move(changed));
}

// ---- drop ----

void Registry::drop_database(std::string_view name) {
  const auto database = find(name);
  if (!database) return;  // dropping what is not there succeeds
  const std::unique_lock lock(mutex_);
  std::vector<ShardId> gone;
  for (const auto& [id, shard] : shards_) {
    if (shard->info().database == database->id) gone.push_back(id);
  }
  catalogue_.erase_database(database->id, gone);
  database->dropped = true;
  for (const ShardId id : gone) {
    shards_[id]->drop();
    shards_.erase(id);
  }
  std::erase(databases_, database);
  std::error_code ignored;  // what stays is swept at the next start
  fs::remove_all(folder_of(database->id), ignored);
}

void Registry::drop_policy(std::string_view database_name, std::string_view name) {
  const auto database = need(database_name);
  std::vector<ShardId> gone;
  {
    const std::unique_lock lock(mutex_);
    const Policy* p = std::as_const(database->info).policy(name);
    if (!p) return;
    for (const auto& [start, shard] : database->shards[p->id]) gone.push_back(shard->info().id);
    DatabaseInfo changed = database->info;
    std::erase_if(changed.policies, [&](const Policy& x) { return x.name == name; });
    std::erase_if(changed.subscriptions, [&](const Subscription& x) { return x.policy == name; });
    save(*database, std::move(changed));
  }
  for (const ShardId id : gone) drop_shard(id);
}

void Registry::drop_subscription(std::string_view database_name, std::string_view policy,
                                 std::string_view name) {
  const auto database = need(database_name);
  const std::unique_lock lock(mutex_);
  DatabaseInfo changed = database->info;
  const auto n = std::erase_if(changed.subscriptions, [&](const Subscription& s) {
    return s.name == name && (policy.empty() || s.policy == policy);
  });
  if (n == 0) throw Failure(TW_E_NOT_FOUND, "subscription not found");
  save(*database, std::move(changed));
}

void Registry::drop_shard(ShardId id) {
  const std::unique_lock lock(mutex_);
  const auto it = shards_.find(id);
  if (it == shards_.end()) return;
  const auto shard = it->second;
  catalogue_.erase_shards({id});
  shard->drop();
  shards_.erase(it);
  for (const auto& database : databases_) {
    if (database->id != shard->info().database) continue;
    database->shards[shard->info().policy].erase(shard->info().start);
  }
  std::error_code ignored;
  fs::remove_all(shard->folder(), ignored);
}

std::vector<std::shared_ptr<Shard>> Registry::expired(int64_t now) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<Shard>> out;
  for (const auto& database : databases_) {
    for (const Policy& policy : database->info.policies) {
      const auto of_policy = database->shards.find(policy.id);
      if (policy.duration == 0 || of_policy == database->shards.end()) continue;
      for (const auto& [start, shard] : of_policy->second) {
        int64_t until = 0;
        const bool over = __builtin_add_overflow(shard->info().end, policy.duration, &until);
        if (!over && until <= now) out.push_back(shard);
      }
    }
  }
  return out;
}

}  // namespace tickwork::lmdb
