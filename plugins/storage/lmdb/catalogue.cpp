// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

#include <algorithm>
#include <limits>

#include "bytes.hpp"
#include "failure.hpp"

namespace tickwork::lmdb {
namespace {

enum Tree : size_t { database_tree, shard_tree, catalogue_state_tree };
constexpr size_t catalogue_map_size = size_t{1} << 30;
constexpr uint64_t catalogue_version = 1;
constexpr int64_t hour = 3'600'000'000'000, day = 24 * hour;

void put_policy(std::string& out, const Policy& p) {
  put_varint(out, p.id);
  put_text(out, p.name);
  put_varint(out, static_cast<uint64_t>(p.duration));
  put_varint(out, static_cast<uint64_t>(p.shard_duration));
  put_varint(out, p.replicas);
}

Policy read_policy(Reader& in) {
  Policy p;
  p.id = in.varint();
  p.name = in.text();
  p.duration = static_cast<int64_t>(in.varint());
  p.shard_duration = static_cast<int64_t>(in.varint());
  p.replicas = static_cast<uint32_t>(in.varint());
  return p;
}

void put_subscription(std::string& out, const Subscription& s) {
  put_text(out, s.policy);
  put_text(out, s.name);
  put_text(out, s.mode);
  put_varint(out, s.destinations.size());
  for (const std::string& d : s.destinations) put_text(out, d);
}

Subscription read_subscription(Reader& in) {
  Subscription s;
  s.policy = in.text();
  s.name = in.text();
  s.mode = in.text();
  const uint64_t n = in.varint();
  for (uint64_t i = 0; i < n && in.ok(); ++i) s.destinations.emplace_back(in.text());
  return s;
}

DatabaseInfo read_database(uint64_t id, std::string_view value) {
  Reader in(value);
  DatabaseInfo d;
  d.id = id;
  if (in.varint() != catalogue_version)
    throw Failure(TW_E_UNSUPPORTED, "metadata is of a newer version");
  d.seed = in.word<uint64_t>();
  d.name = in.text();
  d.default_policy = in.text();
  const uint64_t policies = in.varint();
  for (uint64_t i = 0; i < policies && in.ok(); ++i) d.policies.push_back(read_policy(in));
  const uint64_t subscriptions = in.varint();
  for (uint64_t i = 0; i < subscriptions && in.ok(); ++i) {
    d.subscriptions.push_back(read_subscription(in));
  }
  if (!in.ok()) throw Failure(TW_E_IO, "metadata of database " + d.name + " is damaged");
  return d;
}

ShardInfo read_shard(uint64_t id, std::string_view value) {
  Reader in(value);
  if (in.varint() != catalogue_version)
    throw Failure(TW_E_UNSUPPORTED, "metadata is of a newer version");
  ShardInfo s;
  s.id = id;
  s.database = in.varint();
  s.policy = in.varint();
  s.start = static_cast<int64_t>(in.signed_varint());
  s.end = static_cast<int64_t>(in.signed_varint());
  if (!in.ok()) throw Failure(TW_E_IO, "metadata of shard " + std::to_string(id) + " is damaged");
  return s;
}

}  // namespace

const Policy* DatabaseInfo::policy(std::string_view policy_name) const {
  for (const Policy& p : policies) {
    if (p.name == policy_name) return &p;
  }
  return nullptr;
}

Policy* DatabaseInfo::policy(std::string_view policy_name) {
  return const_cast<Policy*>(std::as_const(*this).policy(policy_name));
}

Catalogue::Catalogue(const std::string& folder, Opening opening)
    : env_(folder, catalogue_map_size, catalogue_trees, opening) {}

std::vector<DatabaseInfo> Catalogue::databases() const {
  const Transaction txn(env_, Access::read);
  std::vector<DatabaseInfo> out;
  Cursor cursor(txn, database_tree);
  for (bool more = cursor.first(); more; more = cursor.next()) {
    out.push_back(read_database(load_key(cursor.key().data()), cursor.value()));
  }
  return out;
}

std::vector<ShardInfo> Catalogue::shards() const {
  const Transaction txn(env_, Access::read);
  std::vector<ShardInfo> out;
  Cursor cursor(txn, shard_tree);
  for (bool more = cursor.first(); more; more = cursor.next()) {
    out.push_back(read_shard(load_key(cursor.key().data()), cursor.value()));
  }
  return out;
}

uint64_t Catalogue::count_up(const char* name) {
  Transaction txn(env_, Access::write);
  const auto value = txn.get(catalogue_state_tree, name);
  const uint64_t next = value ? Reader(*value).varint() + 1 : 1;
  std::string out;
  put_varint(out, next);
  txn.put(catalogue_state_tree, name, out);
  txn.commit();
  return next;
}

uint64_t Catalogue::next_number() { return count_up("number"); }
uint64_t Catalogue::next_generation() { return count_up("generation"); }

void Catalogue::put(const DatabaseInfo& d) {
  std::string out;
  put_varint(out, catalogue_version);
  put_word(out, d.seed);
  put_text(out, d.name);
  put_text(out, d.default_policy);
  put_varint(out, d.policies.size());
  for (const Policy& p : d.policies) put_policy(out, p);
  put_varint(out, d.subscriptions.size());
  for (const Subscription& s : d.subscriptions) put_subscription(out, s);
  Transaction txn(env_, Access::write);
  txn.put(database_tree, number_key(d.id), out);
  txn.commit();
}

void Catalogue::put(const ShardInfo& s) {
  std::string out;
  put_varint(out, catalogue_version);
  put_varint(out, s.database);
  put_varint(out, s.policy);
  put_varint(out, zigzag(static_cast<uint64_t>(s.start)));
  put_varint(out, zigzag(static_cast<uint64_t>(s.end)));
  Transaction txn(env_, Access::write);
  txn.put(shard_tree, number_key(s.id), out);
  txn.commit();
}

void Catalogue::erase_database(uint64_t id, const std::vector<uint64_t>& shards) {
  Transaction txn(env_, Access::write);
  txn.erase(database_tree, number_key(id));
  for (const uint64_t shard : shards) txn.erase(shard_tree, number_key(shard));
  txn.commit();
}

void Catalogue::erase_shards(const std::vector<uint64_t>& shards) {
  Transaction txn(env_, Access::write);
  for (const uint64_t shard : shards) txn.erase(shard_tree, number_key(shard));
  txn.commit();
}

__extension__ typedef __int128 Wide;

ShardInfo align_shard(int64_t time, int64_t duration) {
  constexpr Wide year_one = -static_cast<Wide>(62'135'596'800) * 1'000'000'000;
  Wide into = (static_cast<Wide>(time) - year_one) % duration;
  if (into < 0) into += duration;
  const Wide start = time - into, end = start + duration;
  constexpr int64_t least = std::numeric_limits<int64_t>::min();
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  ShardInfo shard;
  shard.start = static_cast<int64_t>(std::max<Wide>(start, least));
  shard.end = static_cast<int64_t>(std::min<Wide>(end, most));
  return shard;
}

int64_t default_shard_duration(int64_t d) {
  if (d == 0 || d >= 180 * day) return 7 * day;
  return d < 2 * day ? hour : day;
}

}  // namespace tickwork::lmdb
