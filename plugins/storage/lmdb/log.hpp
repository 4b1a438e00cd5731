// SPDX-License-Identifier: MIT
// The write-ahead log of one table generation: records of definitions and rows, each behind a
// checksum (FORMAT.md, "Log"). Concurrent writers share one fdatasync: whoever comes first writes
// what all have appended, the others wait for it.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "bytes.hpp"
#include "table.hpp"

namespace tickwork::lmdb {

enum class Sync { always, interval };

class Log {
 public:
  // Creates the file <folder>/<generation>.log, durably.
  Log(const std::string& folder, uint64_t generation, Sync sync);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Queues a record; the order of calls is the order in the file. Under the store's write lock.
  uint64_t append(std::string_view payload);
  // Returns when the record is as durable as promised; throws Failure if it can not be.
  void wait(uint64_t position);
  void sync();  // everything appended so far, to the disk

  uint64_t bytes() const;
  bool broken() const;
  const std::string& path() const { return path_; }
  uint64_t generation() const { return generation_; }

 private:
  void write_out(std::unique_lock<std::mutex>& lock, bool to_disk);
  std::string path_;
  uint64_t generation_;
  Sync sync_;
  int file_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable written_;
  std::string queue_, error_;
  uint64_t appended_ = 0, durable_ = 0, synced_ = 0;
  bool busy_ = false;
};

// Builds one record: what it defines, then its rows.
class LogRecord {
 public:
  void clear();
  bool empty() const { return definitions_.empty() && rows_.empty(); }
  void series(uint64_t database, SeriesId id, std::string_view key);
  void field(ShardId shard, FieldId id, uint32_t type, std::string_view measurement,
             std::string_view name);
  void shape(ShardId shard, const Shape& shape);
  void stream(ShardId shard, SeriesId series);
  void row(uint64_t stream, std::string_view bytes);
  void finish(std::string& payload) const;

 private:
  std::string definitions_, rows_;
  uint64_t n_definitions_ = 0, previous_ = 0;
};

// What a record says, in order.
struct LogVisitor {
  virtual ~LogVisitor() = default;
  virtual void series(uint64_t database, SeriesId id, std::string_view key) = 0;
  virtual void field(ShardId shard, FieldId id, uint32_t type, std::string_view measurement,
                     std::string_view name) = 0;
  virtual void shape(ShardId shard, uint64_t number, const std::vector<FieldId>& fields) = 0;
  virtual void stream(ShardId shard, SeriesId series) = 0;
  virtual void row(uint64_t stream, std::string_view bytes) = 0;
};

// Hands every sound record of a log file's bytes to the visitor. Returns the bytes that were sound;
// less than the size means a torn or damaged tail. Throws Damaged when a sound checksum covers
// nonsense.
size_t read_log(std::string_view file, uint64_t generation, LogVisitor& visitor);

// True if a sound record that was written when from was on the disk begins anywhere behind it: then
// it was damage, not the torn tail of a power cut.
bool synced_record_after(std::string_view file, uint64_t generation, size_t from);

}  // namespace tickwork::lmdb
