// SPDX-License-Identifier: MIT
// LMDB as C++ values: an environment in a folder with named trees, transactions, cursors. Failures
// throw with the folder's name. Threads: one write transaction at a time an environment, any number
// of read transactions, each used by one thread at a time (MDB_NOTLS).
#pragma once

#include <lmdb.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "durable_file.hpp"

namespace tickwork::lmdb {

enum class Opening {
  write,   // by the store's one process
  shared,  // to read, while another process may write
  frozen   // to read what no process has open; nothing is written, not even a lock
};

// The names of an environment's trees, in the order of their numbers.
using TreeNames = std::span<const char* const>;

class Environment {
 public:
  // Creates the folder and the named trees as needed, if it is opened to be written.
  Environment(const std::string& folder, size_t map_size, TreeNames trees,
              Opening opening = Opening::write);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  MDB_env* raw() const { return env_; }
  MDB_dbi tree(size_t i) const { return trees_[i]; }
  const std::string& folder() const { return folder_; }
  size_t bytes() const;       // of the file
  size_t used_bytes() const;  // of those, what is not free for later transactions
  // Writes a copy without free pages to a file, synced.
  void copy_compact(const std::string& path) const;
  [[noreturn]] void fail(const char* what, int code) const;

 private:
  void open_trees(TreeNames trees, Opening opening);
  void name_durably() const;
  void check(const char* what, int code);  // closes and throws
  std::string folder_;
  std::optional<FolderUse> use_;
  MDB_env* env_ = nullptr;
  std::vector<MDB_dbi> trees_;
};

enum class Access { read, write };

// Aborts unless committed. Trees are numbered as in the environment's list.
class Transaction {
 public:
  Transaction(const Environment& env, Access access);
  ~Transaction();
  Transaction(Transaction&& other) noexcept
      : env_(other.env_), txn_(std::exchange(other.txn_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;

  std::optional<std::string_view> get(size_t tree, std::string_view key) const;
  void put(size_t tree, std::string_view key, std::string_view value, unsigned flags = 0);
  bool erase(size_t tree, std::string_view key);
  void commit();

  size_t version() const { return mdb_txn_id(txn_); }  // of the environment that it sees
  MDB_txn* raw() const { return txn_; }
  const Environment& env() const { return *env_; }

 private:
  const Environment* env_;
  MDB_txn* txn_ = nullptr;
};

// Walks one tree. key and value are valid until the transaction ends or writes.
class Cursor {
 public:
  Cursor(const Transaction& txn, size_t tree);
  ~Cursor();
  Cursor(Cursor&& other) noexcept
      : env_(other.env_), cursor_(std::exchange(other.cursor_, nullptr)) {}
  Cursor& operator=(Cursor&&) = delete;

  bool seek(std::string_view key);  // the first key not less
  bool first() { return step(MDB_FIRST); }
  bool last() { return step(MDB_LAST); }
  bool next() { return step(MDB_NEXT); }
  bool previous() { return step(MDB_PREV); }
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  bool step(MDB_cursor_op op);
  bool take(int code, const MDB_val& key, const MDB_val& value);
  const Environment* env_;
  MDB_cursor* cursor_ = nullptr;
  std::string_view key_, value_;
};

}  // namespace tickwork::lmdb
