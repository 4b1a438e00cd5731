// SPDX-License-Identifier: MIT
// An aggregator's place in the pipeline: windows of wall-clock time, filled by the points' own
// times, pushed at their end.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "graph/batch.hpp"
#include "graph/filter.hpp"
#include "graph/relabel.hpp"

namespace tickwork::host {

class Instance;

struct Window {
  int64_t start_ns = 0, end_ns = 0;
};

// The window that now is in: aligned to multiples of the period, or beginning now.
Window window_at(int64_t now, int64_t period_ns, bool aligned);
// The next one, anchored anew if the clock left it.
Window window_after(const Window& window, int64_t now, int64_t period_ns, bool aligned);

class Aggregator : public std::enable_shared_from_this<Aggregator> {
 public:
  explicit Aggregator(std::shared_ptr<Instance> instance);

  void begin();  // opens the first window and schedules its push
  void end();    // no push is scheduled any more
  // For a successor with the old one's memory: when paused no push comes but one that is called,
  // resume takes that back, begin_after goes on in the window of a paused one.
  void pause();
  void resume();
  void begin_after(Aggregator& paused);
  // Adds what is selected and in the window; marks in gone what goes no further. A copy enters, so
  // delivery counts stay as they are.
  void add(const BatchPtr& batch, std::vector<bool>& gone);
  void push();  // hands the summary to the pipeline and starts the next window
  const std::shared_ptr<Instance>& instance() const { return instance_; }

 private:
  void schedule();
  void push_in_time();
  void hand_on(std::shared_ptr<Batch> made) const;
  void fill(Batch& made);
  bool in_window(int64_t time_ns) const;

  const std::shared_ptr<Instance> instance_;
  const Filter filter_;
  const Relabel relabel_;
  std::mutex lock_;  // of the window and paused_, held over add and push
  bool paused_ = false;
  Window window_;
  std::mutex timer_lock_;
  uint64_t timer_ = 0;
  bool ended_ = true;
};

}  // namespace tickwork::host
