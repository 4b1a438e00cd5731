// SPDX-License-Identifier: MIT
// The bounded queue in front of an output: keeps points in order, counts, drops the oldest or makes
// the writers wait. One lock per batch. Any thread; one reader at a time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "graph/batch.hpp"
#include "graph/delivery.hpp"
#include "graph/meters.hpp"

namespace tickwork::host {

struct EdgeLimits {
  size_t limit = 10000;  // points waiting
  size_t batch = 1000;   // points of one write
  bool block = false;    // full: writers wait (else the oldest points are dropped)
};

// A run of points of one batch.
struct Segment {
  BatchPtr batch;
  size_t begin = 0, end = 0;

  size_t size() const { return end - begin; }
  Points points() const { return Points{batch->points}.subspan(begin, size()); }
};

class Edge {
 public:
  Edge(EdgeLimits limits, Meters& meters) : limits_{limits}, meters_{&meters} {}
  ~Edge();
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  // True if a whole batch waits now. While a blocking edge is full, waits until it is read or
  // opened for the end.
  bool push(const BatchPtr& batch);
  bool full() const;  // a blocking edge without room

  // Up to limits.batch points from the old end. They belong to the reader until it calls one of
  // accept, reject (refused of them are gone for good) or give_back (in front again, as far as
  // there is room).
  std::vector<Segment> take();
  void accept(const std::vector<Segment>& taken);
  void reject(const std::vector<Segment>& taken, uint64_t refused);
  void give_back(std::vector<Segment> taken);

  size_t size() const;
  size_t bytes() const;
  size_t limit() const;
  size_t batch() const;
  // Points dropped for want of room since the last call.
  uint64_t take_overflow();

  // Writers never wait any more.
  void open_up();
  // The edge goes on in front of another instance of the output, as after a reload.
  void adapt(EdgeLimits limits, Meters& meters);

 private:
  size_t drop_oldest(std::vector<Segment>& dropped);  // under the lock

  mutable std::mutex lock_;
  std::condition_variable room_;
  EdgeLimits limits_;
  Meters* meters_;
  std::deque<Segment> queue_;
  size_t waiting_ = 0;
  uint64_t overflow_ = 0;
  bool open_ = false;
};

size_t points_in(const std::vector<Segment>& segments);

}  // namespace tickwork::host
