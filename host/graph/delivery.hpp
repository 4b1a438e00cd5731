// SPDX-License-Identifier: MIT
// Delivery tokens: counts the copies of points that an input watches, and tells it when the last
// copy has ended. A tracked point's token is the address of its Track while it is in the graph.
#pragma once

#include <tickwork/metric.h>

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <span>
#include <utility>
#include <vector>

#include "graph/batch.hpp"

namespace tickwork::host {

using Points = std::span<const tw_point>;

// An input that wants to know.
class Watcher {
 public:
  using Done = void (*)(void* self, uint64_t token, tw_status);

  void watch(void* self, Done done);
  bool watching() const { return watching_.load(std::memory_order_relaxed); }
  void tell(uint64_t token, tw_status status);
  void close();  // nothing is told once this returned, until it is opened again
  void open();

 private:
  std::shared_mutex lock_;
  void* self_ = nullptr;
  Done done_ = nullptr;
  bool closed_ = false;
  std::atomic<bool> watching_{false};
};

struct Track {
  std::shared_ptr<Watcher> watcher;
  uint64_t token = 0;
  std::atomic<uint64_t> copies{0};
  std::atomic<bool> rejected{false};
};

// The tokens of one add or emit call: replaces them by tracks as points are taken.
class TokenCall {
 public:
  explicit TokenCall(std::shared_ptr<Watcher> watcher) : watcher_{std::move(watcher)} {}
  ~TokenCall();
  TokenCall(const TokenCall&) = delete;
  TokenCall& operator=(const TokenCall&) = delete;

  void saw(uint64_t token);        // of every point of the call, taken or not
  uint64_t taken(uint64_t token);  // the track, with one more copy

 private:
  Track* find(uint64_t token);

  std::shared_ptr<Watcher> watcher_;
  std::vector<Track*> tracks_;
};

// One more copy of each tracked point, and one less. release may call inputs back: hold no lock.
void retain(Points points);
void release(Points points, tw_status status);

// A processor's answer: tokens that were not in what it was given are cleared, the others get a
// copy a point. True if any is left.
bool adopt_tokens(std::vector<tw_point>& made, const Batch& given);

}  // namespace tickwork::host
