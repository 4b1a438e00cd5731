// SPDX-License-Identifier: MIT
#include "service/state.hpp"

#include <lmdb.h>

#include <filesystem>

namespace tickwork::host {

namespace {

constexpr size_t map_size = size_t{256} * 1024 * 1024;  // address space, not memory

Failure failure(const std::string& what, int code) {
  return {TW_E_IO, what + ": " + mdb_strerror(code)};
}

std::string full_key(std::string_view instance, std::string_view key) {
  // An instance's name is cut so that any key fits LMDB's 511 bytes.
  std::string full{instance.substr(0, 100)};
  full += '\0';
  return full.append(key);
}

MDB_val val(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }

}  // namespace

struct StateStore::Environment {
  MDB_env* env = nullptr;
  MDB_dbi dbi = 0;

  ~Environment() { mdb_env_close(env); }
};

StateStore::StateStore() = default;
StateStore::~StateStore() = default;

Done StateStore::open(const std::string& statedir) {
  std::error_code ignored;
  std::filesystem::create_directories(statedir, ignored);
  const std::string path = statedir + "/state.mdb";
  auto opened = std::make_unique<Environment>();
  if (const int code = mdb_env_create(&opened->env)) return failure("cannot open " + path, code);
  mdb_env_set_mapsize(opened->env, map_size);
  if (const int code = mdb_env_open(opened->env, path.c_str(), MDB_NOSUBDIR | MDB_NOTLS, 0640)) {
    return failure("cannot open " + path, code);
  }
  MDB_txn* txn = nullptr;
  int code = mdb_txn_begin(opened->env, nullptr, 0, &txn);
  if (code == 0) code = mdb_dbi_open(txn, nullptr, 0, &opened->dbi);
  if (code == 0) {
    code = mdb_txn_commit(txn);
  } else if (txn) {
    mdb_txn_abort(txn);
  }
  if (code) return failure("cannot open " + path, code);
  environment_ = std::move(opened);
  return std::monostate{};
}

Result<std::optional<std::string>> StateStore::get(std::string_view instance,
                                                   std::string_view key) const {
  const std::string full = full_key(instance, key);
  if (!environment_) {
    const std::lock_guard held{lock_};
    const auto at = memory_.find(full);
    return at == memory_.end() ? std::optional<std::string>{} : at->second;
  }
  MDB_txn* txn = nullptr;
  if (const int code = mdb_txn_begin(environment_->env, nullptr, MDB_RDONLY, &txn)) {
    return failure("cannot read state", code);
  }
  MDB_val k = val(full), v{};
  const int code = mdb_get(txn, environment_->dbi, &k, &v);
  std::optional<std::string> value;
  if (code == 0) value.emplace(static_cast<const char*>(v.mv_data), v.mv_size);
  mdb_txn_abort(txn);
  if (code != 0 && code != MDB_NOTFOUND) return failure("cannot read state", code);
  return value;
}

Done StateStore::put(std::string_view instance, std::string_view key, std::string_view value) {
  if (key.empty() || key.size() > longest_key) {
    return Failure{TW_E_INVALID, "a state key has 1 to 400 bytes"};
  }
  if (value.size() > largest_value) {
    return Failure{TW_E_INVALID, "a state value has at most 64 KiB"};
  }
  return change(instance, key, &value);
}

Done StateStore::del(std::string_view instance, std::string_view key) {
  return change(instance, key, nullptr);
}

Done StateStore::change(std::string_view instance, std::string_view key,
                        const std::string_view* value) {
  const std::string full = full_key(instance, key);
  const std::lock_guard held{lock_};
  if (!environment_) {
    if (value) {
      memory_.insert_or_assign(full, std::string{*value});
    } else {
      memory_.erase(full);
    }
    return std::monostate{};
  }
  MDB_txn* txn = nullptr;
  if (const int code = mdb_txn_begin(environment_->env, nullptr, 0, &txn)) {
    return failure("cannot write state", code);
  }
  MDB_val k = val(full), v = val(value ? *value : std::string_view{});
  int code = value ? mdb_put(txn, environment_->dbi, &k, &v, 0)
                   : mdb_del(txn, environment_->dbi, &k, nullptr);
  if (code == MDB_NOTFOUND) code = 0;
  if (code == 0) {
    code = mdb_txn_commit(txn);
  } else {
    mdb_txn_abort(txn);
  }
  if (code) return failure("cannot write state", code);
  return std::monostate{};
}

}  // namespace tickwork::host
