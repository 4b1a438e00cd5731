// SPDX-License-Identifier: MIT
#include "query_list.hpp"

#include "window.hpp"

namespace tickwork::query {

uint64_t QueryList::add(const RunningQuery& query) {
  std::lock_guard lock(mutex_);
  if (most_ > 0 && running_.size() >= most_) {
    throw StatementError("max-concurrent-queries limit exceeded(" + std::to_string(most_) + ", " +
                         std::to_string(most_) + ")");
  }
  running_.emplace(++last_, query);
  ++counts_.started;
  return last_;
}

void QueryList::remove(uint64_t id, int64_t ticks) {
  std::lock_guard lock(mutex_);
  auto found = running_.find(id);
  if (found == running_.end()) return;
  ++counts_.finished;
  counts_.duration_ns += static_cast<uint64_t>(ticks - found->second.started);
  running_.erase(found);
}

bool QueryList::kill(uint64_t id) {
  std::lock_guard lock(mutex_);
  auto found = running_.find(id);
  if (found == running_.end()) return false;
  *found->second.cancelled = true;
  return true;
}

std::map<uint64_t, RunningQuery> QueryList::all() const {
  std::lock_guard lock(mutex_);
  return running_;
}

void QueryList::count_continuous(bool done) {
  std::lock_guard lock(mutex_);
  ++(done ? counts_.continuous_done : counts_.continuous_failed);
}

QueryCounts QueryList::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace tickwork::query
