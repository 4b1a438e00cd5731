// SPDX-License-Identifier: MIT
// The statements that run now, for SHOW QUERIES and KILL QUERY, and counts of those that ran. For
// any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace tickwork::query {

struct RunningQuery {
  std::string text, database;
  int64_t started = 0;                     // tw_host.ticks
  std::atomic<bool>* cancelled = nullptr;  // set by kill; lives until remove
};

struct QueryCounts {
  uint64_t started = 0, finished = 0, duration_ns = 0;
  uint64_t continuous_done = 0, continuous_failed = 0;
};

class QueryList {
 public:
  // `most`: statements at a time, 0: any number. `ticks`: tw_host.ticks now.
  explicit QueryList(size_t most = 0, int64_t ticks = 0) : most_{most}, started_ticks_{ticks} {}

  // Throws StatementError when as many run as may.
  uint64_t add(const RunningQuery& query);
  void remove(uint64_t id, int64_t ticks);
  bool kill(uint64_t id);  // false: no such query
  std::map<uint64_t, RunningQuery> all() const;

  void count_continuous(bool done);
  QueryCounts counts() const;
  int64_t started_ticks() const { return started_ticks_; }

 private:
  mutable std::mutex mutex_;
  std::map<uint64_t, RunningQuery> running_;
  size_t most_;
  int64_t started_ticks_;
  uint64_t last_ = 0;
  QueryCounts counts_;
};

}  // namespace tickwork::query
