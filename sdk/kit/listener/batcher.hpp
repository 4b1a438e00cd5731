// SPDX-License-Identifier: MIT
// Batches of points on their way into a storage, and the log of what was refused.
#pragma once

#include <tickwork/tickwork.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tickwork::listener {

// Counts what was refused and tells the log: at once, then at most every ten seconds, with how many
// there were and the last one. Any thread.
class Complaints {
 public:
  explicit Complaints(Host host) : host_{host} {}
  // `what` says what is wrong with `count` lines, datagrams or points.
  void note(std::string_view what, size_t count = 1);
  void tell(bool now = false);  // what is held back, if it is time
  uint64_t total() const { return total_; }

 private:
  Host host_;
  std::mutex mutex_;
  std::string last_;
  uint64_t held_ = 0;
  int64_t told_ = INT64_MIN;
  std::atomic<uint64_t> total_{0};
};

// Points with everything that they point to. Memory is taken in blocks, not by point.
class PointBuffer {
 public:
  // Copies; a point at TW_NOW gets `now`.
  void add(const tw_point& point, int64_t now);
  void clear();
  bool empty() const { return points_.empty(); }
  size_t size() const { return points_.size(); }
  tw_batch batch() const { return {points_.data(), points_.size()}; }

 private:
  tw_str copy(tw_str text);
  std::pmr::monotonic_buffer_resource memory_{size_t{64} << 10};
  std::vector<tw_point> points_;
};

struct BatchSettings {
  std::string database, retention;
  size_t size = 5000;   // points in a batch
  size_t pending = 10;  // full batches held
  std::chrono::nanoseconds timeout = std::chrono::seconds{1};
};

// Collects points and writes them on a thread of its own, when there are enough or the first has
// waited long enough. Creates a missing database or retention policy. While the storage is full or
// fails to write, batches are tried again, and add waits; a point that the storage refuses for good
// is a complaint.
class Batcher {
 public:
  Batcher(Host host, Ref<tw_storage> storage, BatchSettings settings, Complaints& complaints);
  ~Batcher();
  void start();
  void hurry();  // the end comes: from now on a batch is tried for five seconds in all
  void stop();   // hurries, writes what is held

  // Copies the points; any thread. Waits while too many batches are held.
  void add(std::span<const tw_point> points);
  void take(PointBuffer& points);  // the same, and clears

  // Everything added so far is in or before this batch ...
  uint64_t last() const;
  // ... which has been written, or lost.
  bool written(uint64_t batch) const { return written_ >= batch; }
  // Points were given up, since the storage did not take them before the end.
  bool lost() const { return lost_; }

  // Writes now, beside the batches; durable on TW_OK. One attempt.
  tw_status write(const tw_batch& batch, tw_error& error);

 private:
  void work();
  void seal();
  bool next(std::unique_lock<std::mutex>& lock);
  void store(const PointBuffer& buffer);
  void create(uint32_t what);

  Host host_;
  Ref<tw_storage> storage_;
  BatchSettings settings_;
  Complaints& complaints_;
  mutable std::mutex mutex_;
  std::condition_variable wake_, room_;
  std::deque<std::unique_ptr<PointBuffer>> full_, idle_;
  std::unique_ptr<PointBuffer> open_ = std::make_unique<PointBuffer>();
  std::chrono::steady_clock::time_point due_;
  uint64_t number_ = 1;  // of the open batch
  std::atomic<uint64_t> written_{0};
  std::atomic<bool> lost_{false};
  bool hurried_ = false, ending_ = false;
  std::chrono::steady_clock::time_point give_up_;  // once hurried
  std::thread thread_;
};

}  // namespace tickwork::listener
