// SPDX-License-Identifier: MIT
// The change feed: tells listeners of writes in the order in which they were logged.
#pragma once

#include <tickwork/kind/storage.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <vector>

namespace tickwork::lmdb {

class Feed {
 public:
  void listen(const tw_listener* listener);
  void unlisten(const tw_listener* listener);

  // Under the store's write lock: a place in the order, 0 when nobody listens.
  uint64_t take_ticket();
  // Every ticket is used exactly once, batch empty when the write failed. Waits for its turn.
  void tell(uint64_t ticket, tw_str database, tw_str retention, const tw_batch& batch);

 private:
  std::mutex mutex_;
  std::condition_variable turned_;
  std::vector<const tw_listener*> listeners_;
  std::atomic<size_t> count_ = 0;
  uint64_t last_ticket_ = 0, done_ = 0;  // last_ticket_: under the write lock
};

}  // namespace tickwork::lmdb
