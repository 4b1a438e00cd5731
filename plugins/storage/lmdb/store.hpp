// SPDX-License-Identifier: MIT
// The store behind the plugin: registry, memory table and log, and the thread that flushes, merges
// and enforces retention. How a row travels: write appends it to the active table and its log and
// waits for the log; when the table is full it is sealed, and the background thread turns it into
// segments and index runs and deletes its log. Readers see the union.
#pragma once

#include <tickwork/host.h>
#include <tickwork/kind/storage.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "accounts.hpp"
#include "continuous.hpp"
#include "durable_file.hpp"
#include "feed.hpp"
#include "log.hpp"
#include "registry.hpp"
#include "spare_cores.hpp"
#include "table.hpp"
#include "task_threads.hpp"

namespace tickwork::lmdb {

struct Options {
  std::string path;
  Sync sync = Sync::always;
  size_t table_size = 16 << 20, log_size = 32 << 20, map_size = size_t{64} << 30;
  size_t series_cache = 2'000'000;
  int64_t sync_interval = 1'000'000'000, flush_idle = 30'000'000'000;
  int64_t retention_check = 1'800'000'000'000;
  std::vector<std::string> databases;
};

// A table that takes no more rows, with the log that still protects it.
struct SealedTable {
  std::shared_ptr<Table> table;
  std::string log_path;
  std::map<uint64_t, SeriesId> series_end;  // by database: the ids that existed when it was sealed
};

struct WriteResult {
  tw_status status = TW_OK;
  std::string message;
};

class Store {
 public:
  Store(const tw_host* host, Options options);  // opens, replays, starts the thread
  ~Store();

  Registry& registry() { return registry_; }
  Accounts& accounts() { return accounts_; }
  ContinuousQueries& continuous() { return continuous_; }
  Feed& feed() { return feed_; }
  SpareCores& spare_cores() { return spare_cores_; }
  TaskThreads& helpers() { return helpers_; }
  int64_t now() const { return host_->now(host_); }
  void log(int level, const std::string& line) const;
  Report damage_report() const;

  WriteResult write(tw_str database, tw_str retention, const tw_batch& batch);

  // Calls take(active table) under the write lock and returns the sealed ones, oldest first.
  template <class Take>
  std::vector<std::shared_ptr<Table>> snapshot(Take take) {
    const std::lock_guard lock(write_mutex_);
    std::vector<std::shared_ptr<Table>> sealed;
    for (const SealedTable& s : sealed_) sealed.push_back(s.table);
    take(table_);
    return sealed;
  }

  // Everything written so far; returns when done. The result is the last generation of those rows.
  uint64_t flush();
  void drop_rows(const tw_scan& scan, bool any_time);  // rows of series, in every policy
  void drop_shard(const std::shared_ptr<Shard>& shard);
  void drop_database(std::string_view name);
  void enforce_retention();

 private:
  friend class BatchWriter;

  // ---- opening (replay.cpp) ----
  void replay();
  void replay_file(const std::string& path, uint64_t generation);

  // ---- write (write.cpp) ----
  bool make_room(std::unique_lock<std::mutex>& lock);
  bool full() const;
  void rotate();  // under the write lock

  // ---- background (flush.cpp) ----
  void background();
  void flush_front();
  void flush_shard(const Table& table, const ShardTable& rows);
  bool hurried();
  void merge_after(const Table& table, bool hurried);
  void merge_waiting();
  void idle_work();
  void merge_put_off();
  void settle_one(int64_t ticks);
  void settle_indexes(int64_t ticks);
  void close_idle_shards();
  // Marks the series that have no row left, and forgets measurements without series.
  void bury(Database& database, const std::vector<FoundSeries>& suspects);

  const tw_host* host_;
  Options options_;
  FolderLock lock_;
  Registry registry_;
  Accounts accounts_;
  ContinuousQueries continuous_;
  Feed feed_;
  SpareCores spare_cores_;
  TaskThreads helpers_{SpareCores::all()};  // a loan of a core is one of them

  std::mutex write_mutex_;
  std::condition_variable flushed_;
  std::shared_ptr<Table> table_;
  std::shared_ptr<Log> log_;
  std::deque<SealedTable> sealed_;  // oldest first
  // The log of a sealed table is broken: until it is flushed nothing may build on what it defines.
  bool quarantined_ = false;
  LogRecord record_;
  std::string payload_, row_, key_;
  int64_t last_write_ = 0, last_seal_ = 0;
  int64_t seal_interval_ = INT64_MAX;  // between the last two

  std::mutex flush_mutex_;   // held while a table becomes segments, or shards change or go
  std::mutex delete_mutex_;  // one deletion at a time
  std::mutex wake_mutex_;
  std::condition_variable wake_;
  bool stopping_ = false, wanted_ = false;
  // Shards that got rows; under flush_mutex_.
  struct Unsettled {
    std::shared_ptr<Shard> shard;
    int64_t changed = 0;       // ticks, when they last did
    bool merge_waits = false;  // until writers have time
  };
  std::map<ShardId, Unsettled> unsettled_;
  bool index_merge_waits_ = false;                // as Unsettled::merge_waits; under flush_mutex_
  std::vector<std::shared_ptr<Shard>> to_merge_;  // their tombstones wait; under wake_mutex_
  int64_t last_retention_ = 0, last_sync_ = 0, last_closing_ = 0;
  std::thread thread_;
};

FolderLock prepare_folder(const std::string& path);

}  // namespace tickwork::lmdb
