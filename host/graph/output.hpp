// SPDX-License-Identifier: MIT
// An output's place in the pipeline: its filter, its edge, and its write loop as in Telegraf: every
// flush interval everything, in between a batch as soon as it is full unless the last write failed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "graph/edge.hpp"
#include "graph/filter.hpp"
#include "graph/relabel.hpp"
#include "graph/workers.hpp"

namespace tickwork::host {

class Instance;

class Output : public std::enable_shared_from_this<Output> {
 public:
  // edge: taken over from an earlier instance of the output, or NULL.
  explicit Output(std::shared_ptr<Instance> instance, std::shared_ptr<Edge> edge = nullptr);

  void begin();   // schedules flushes
  void end();     // none are scheduled any more; a write under way goes on
  void retire();  // the same after a write under way; another output may read the edge from now on
  void resume();  // after retire: it reads the edge again, which no other one does
  void offer(const BatchPtr& batch);
  bool full() const { return edge_->full(); }

  // On one of the workers. flush writes what waits now; drain until nothing is left, an error, or
  // the deadline (monotonic). All return after a write under way has ended.
  void flush();
  void drain(int64_t deadline_ns);

  const std::shared_ptr<Instance>& instance() const { return instance_; }
  const std::shared_ptr<Edge>& edge() const { return edge_; }

 private:
  BatchPtr chosen(const BatchPtr& batch) const;
  void schedule();
  void write_full_batches();
  bool ready_to_write();
  bool write_one();
  tw_status write(const std::vector<Segment>& taken, tw_error* error);
  void settle(std::vector<Segment> taken, tw_status status, const tw_error& error);
  void warn_of_overflow();

  const std::shared_ptr<Instance> instance_;
  const Filter filter_;
  const Relabel relabel_;
  const std::shared_ptr<Edge> edge_;
  std::mutex writing_;
  std::atomic<bool> triggered_{false}, failing_{false};
  std::mutex timer_lock_;
  uint64_t timer_ = 0;
  bool ended_ = true;
  bool retired_ = false;  // under writing_
};

EdgeLimits edge_limits(const HostOptions& options, const AgentOptions& agent);

}  // namespace tickwork::host
