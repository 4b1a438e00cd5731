// SPDX-License-Identifier: MIT
// The statements that run now, for SHOW QUERIES and KILL QUERY. For any thread.
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

class QueryList {
 public:
  uint64_t add(const RunningQuery& query);
  void remove(uint64_t id);
  bool kill(uint64_t id);  // false: no such query
  std::map<uint64_t, RunningQuery> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<uint64_t, RunningQuery> running_;
  uint64_t last_ = 0;
};

}  // namespace tickwork::query
