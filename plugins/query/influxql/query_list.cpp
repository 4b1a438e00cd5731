// SPDX-License-Identifier: MIT
#include "query_list.hpp"

namespace tickwork::query {

uint64_t QueryList::add(const RunningQuery& query) {
  std::lock_guard lock(mutex_);
  running_.emplace(++last_, query);
  return last_;
}

void QueryList::remove(uint64_t id) {
  std::lock_guard lock(mutex_);
  running_.erase(id);
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

}  // namespace tickwork::query
