// SPDX-License-Identifier: MIT
#include "feed.hpp"

namespace tickwork::lmdb {

void Feed::listen(const tw_listener* listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(listener);
  count_ = listeners_.size();
}

void Feed::unlisten(const tw_listener* listener) {
  const std::lock_guard lock(mutex_);
  std::erase(listeners_, listener);
  count_ = listeners_.size();
}

uint64_t Feed::take_ticket() { return count_ == 0 ? 0 : ++last_ticket_; }

void Feed::tell(uint64_t ticket, tw_str database, tw_str retention, const tw_batch& batch) {
  if (ticket == 0) return;
  std::unique_lock lock(mutex_);
  turned_.wait(lock, [&] { return done_ + 1 == ticket; });
  if (batch.count > 0) {
    for (const tw_listener* listener : listeners_) {
      listener->written(listener, database, retention, &batch);
    }
  }
  done_ = ticket;
  turned_.notify_all();
}

}  // namespace tickwork::lmdb
