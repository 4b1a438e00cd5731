// SPDX-License-Identifier: MIT
#include "environment.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "failure.hpp"

namespace tickwork::lmdb {
namespace {

MDB_val val(std::string_view v) { return {v.size(), const_cast<char*>(v.data())}; }
std::string_view bytes_of(const MDB_val& v) {
  return {static_cast<const char*>(v.mv_data), v.mv_size};
}

}  // namespace

void Environment::fail(const char* what, int code) const {
  const char* remedy = code == MDB_MAP_FULL ? "; raise map_size"
                       : code == EACCES     ? "; use the account that owns it"
                                            : "";
  throw Failure(TW_E_IO, folder_ + ": cannot " + what + ": " + mdb_strerror(code) + remedy);
}

void Environment::check(const char* what, int code) {
  if (code == 0) return;
  mdb_env_close(env_);
  env_ = nullptr;
  fail(what, code);
}

Environment::Environment(const std::string& folder, size_t map_size, TreeNames trees,
                         Opening opening)
    : folder_(folder) {
  const bool writes = opening == Opening::write;
  if (writes) make_folder(folder);
  if (opening == Opening::shared) use_.emplace(folder);
  const std::string lock_file = folder + "/lock.mdb";
  const bool fresh_lock = opening == Opening::shared && !std::filesystem::exists(lock_file);
  const unsigned flags =
      MDB_NOTLS | (writes ? 0 : MDB_RDONLY) | (opening == Opening::frozen ? MDB_NOLOCK : 0);
  check("create environment", mdb_env_create(&env_));
  check("set map size", mdb_env_set_mapsize(env_, map_size));
  check("set trees", mdb_env_set_maxdbs(env_, static_cast<MDB_dbi>(trees.size())));
  check("set readers", mdb_env_set_maxreaders(env_, 1022));
  check("open", mdb_env_open(env_, folder.c_str(), flags, 0660));
  if (fresh_lock) give_to_owner_of(folder + "/data.mdb", lock_file);
  int dead = 0;
  if (opening != Opening::frozen) check("check readers", mdb_reader_check(env_, &dead));
  open_trees(trees, opening);
  if (writes) name_durably();
}

// LMDB syncs its file, not the folder that names it. Whoever created it may have died before.
void Environment::name_durably() const {
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  if (info.me_last_txnid > 1) return;
  sync_folder(folder_);
  sync_folder(std::filesystem::absolute(folder_).parent_path().string());
}

void Environment::open_trees(TreeNames trees, Opening opening) {
  const bool writes = opening == Opening::write;
  MDB_txn* txn = nullptr;
  check("begin", mdb_txn_begin(env_, nullptr, writes ? 0 : MDB_RDONLY, &txn));
  for (const char* tree : trees) {
    MDB_dbi dbi = 0;
    const int code = mdb_dbi_open(txn, tree, writes ? MDB_CREATE : 0, &dbi);
    if (code != 0) mdb_txn_abort(txn);
    check("open tree", code);
    trees_.push_back(dbi);
  }
  check("commit", mdb_txn_commit(txn));
}

Environment::~Environment() {
  if (env_) mdb_env_close(env_);
}

size_t Environment::bytes() const {
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &stat);
  return (info.me_last_pgno + 1) * stat.ms_psize;
}

size_t Environment::used_bytes() const {
  constexpr MDB_dbi free_tree = 0, main_tree = 1;
  constexpr size_t meta_pages = 2;
  const Transaction txn(*this, Access::read);
  size_t pages = meta_pages, page_size = 0;
  std::vector<MDB_dbi> all = trees_;
  all.push_back(free_tree);
  all.push_back(main_tree);
  for (const MDB_dbi tree : all) {
    MDB_stat stat{};
    if (const int code = mdb_stat(txn.raw(), tree, &stat)) fail("read", code);
    pages += stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
    page_size = stat.ms_psize;
  }
  return pages * page_size;
}

void Environment::copy_compact(const std::string& path) const {
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0660);
  if (file < 0) fail("create a copy", errno);
  int code = mdb_env_copyfd2(env_, file, MDB_CP_COMPACT);
  if (code == 0 && ::fsync(file) != 0) code = errno;
  ::close(file);
  if (code != 0) fail("copy", code);
}

Transaction::Transaction(const Environment& env, Access access) : env_(&env) {
  const unsigned flags = access == Access::read ? MDB_RDONLY : 0;
  // A tool that read here and was killed must not keep old pages for ever.
  int dead = 0;
  if (access == Access::write) mdb_reader_check(env.raw(), &dead);
  if (const int code = mdb_txn_begin(env.raw(), nullptr, flags, &txn_)) env.fail("begin", code);
}

Transaction::~Transaction() {
  if (txn_) mdb_txn_abort(txn_);
}

std::optional<std::string_view> Transaction::get(size_t tree, std::string_view key) const {
  MDB_val k = val(key), v{};
  const int code = mdb_get(txn_, env_->tree(tree), &k, &v);
  if (code == MDB_NOTFOUND) return std::nullopt;
  if (code != 0) env_->fail("read", code);
  return bytes_of(v);
}

void Transaction::put(size_t tree, std::string_view key, std::string_view value, unsigned flags) {
  MDB_val k = val(key), v = val(value);
  if (const int code = mdb_put(txn_, env_->tree(tree), &k, &v, flags)) env_->fail("write", code);
}

bool Transaction::erase(size_t tree, std::string_view key) {
  MDB_val k = val(key);
  const int code = mdb_del(txn_, env_->tree(tree), &k, nullptr);
  if (code != 0 && code != MDB_NOTFOUND) env_->fail("erase", code);
  return code == 0;
}

void Transaction::commit() {
  if (const int code = mdb_txn_commit(std::exchange(txn_, nullptr))) env_->fail("commit", code);
}

Cursor::Cursor(const Transaction& txn, size_t tree) : env_(&txn.env()) {
  if (const int code = mdb_cursor_open(txn.raw(), env_->tree(tree), &cursor_)) {
    env_->fail("open cursor", code);
  }
}

Cursor::~Cursor() {
  if (cursor_) mdb_cursor_close(cursor_);
}

bool Cursor::take(int code, const MDB_val& key, const MDB_val& value) {
  if (code == MDB_NOTFOUND) return false;
  if (code != 0) env_->fail("read", code);
  key_ = bytes_of(key);
  value_ = bytes_of(value);
  return true;
}

bool Cursor::step(MDB_cursor_op op) {
  MDB_val k{}, v{};
  const int code = mdb_cursor_get(cursor_, &k, &v, op);
  return take(code, k, v);
}

bool Cursor::seek(std::string_view key) {
  MDB_val k = val(key), v{};
  const int code = mdb_cursor_get(cursor_, &k, &v, MDB_SET_RANGE);
  return take(code, k, v);
}

}  // namespace tickwork::lmdb
