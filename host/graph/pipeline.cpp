// SPDX-License-Identifier: MIT
#include "graph/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "graph/aggregator.hpp"
#include "graph/delivery.hpp"
#include "graph/instance.hpp"
#include "graph/output.hpp"
#include "graph/processor.hpp"

namespace tickwork::host {

namespace {

// Without the points that an aggregator took away; their deliveries end well.
BatchPtr without(const BatchPtr& batch, const std::vector<bool>& gone) {
  auto rest = part_of(batch);
  std::vector<tw_point> ended;
  for (size_t i = 0; i < gone.size(); ++i) {
    (gone[i] ? ended : rest->points).push_back(batch->points[i]);
  }
  if (ended.empty()) return batch;
  if (batch->tracked) release(ended, TW_OK);
  return rest;
}

}  // namespace

StagesPtr Pipeline::stages() const {
  const std::lock_guard held{lock_};
  return stages_;
}

StagesPtr Pipeline::replace(StagesPtr stages) {
  const std::lock_guard held{lock_};
  return std::exchange(stages_, std::move(stages));
}

// One batch's way. The thread that brings it waits while there is a pause, unless it is on the way
// of another batch already, which the pause waits for.
class Pipeline::Passage {
 public:
  explicit Passage(const Pipeline& pipeline) {
    std::unique_lock held{pipeline.lock_};
    if (nested_ == 0) pipeline.opened_.wait(held, [&] { return !pipeline.paused_; });
    ++nested_;
    stages_ = pipeline.stages_;
  }
  ~Passage() { --nested_; }
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

  const Stages* operator->() const { return stages_.get(); }
  const Stages& operator*() const { return *stages_; }

 private:
  static thread_local int nested_;
  StagesPtr stages_;
};

thread_local int Pipeline::Passage::nested_ = 0;

Pipeline::Pause::Pause(Pipeline& pipeline) : pipeline_{pipeline} {
  const std::lock_guard held{pipeline_.lock_};
  pipeline_.paused_ = true;
}

Pipeline::Pause::~Pause() {
  {
    const std::lock_guard held{pipeline_.lock_};
    pipeline_.paused_ = false;
  }
  pipeline_.opened_.notify_all();
}

void Pipeline::enter(BatchPtr batch) const {
  const Passage now{*this};
  aggregate(*now, process(now->first, 0, std::move(batch)));
}

void Pipeline::enter_behind(const std::string& processor, BatchPtr batch) const {
  const Passage now{*this};
  const auto behind = [&](const Row& row) {
    const auto at = std::find_if(row.begin(), row.end(), [&](const auto& stage) {
      return stage->instance()->name() == processor;
    });
    return static_cast<size_t>(at - row.begin()) + 1;
  };
  if (const size_t next = behind(now->first); next <= now->first.size()) {
    return aggregate(*now, process(now->first, next, std::move(batch)));
  }
  put_out(*now, process(now->second, behind(now->second), std::move(batch)));
}

void Pipeline::enter_aggregates(BatchPtr batch) const {
  const Passage now{*this};
  put_out(*now, process(now->second, 0, std::move(batch)));
}

BatchPtr Pipeline::process(const Row& row, size_t from, BatchPtr batch) {
  for (size_t i = from; i < row.size() && !batch->points.empty(); ++i) {
    batch = row[i]->run(batch);
  }
  return batch;
}

void Pipeline::aggregate(const Stages& stages, BatchPtr batch) {
  if (!stages.aggregators.empty() && !batch->points.empty()) {
    std::vector<bool> gone(batch->points.size());
    for (const auto& aggregator : stages.aggregators) aggregator->add(batch, gone);
    batch = without(batch, gone);
  }
  put_out(stages, batch);
}

void Pipeline::put_out(const Stages& stages, const BatchPtr& batch) {
  if (batch->points.empty()) return;
  for (const auto& output : stages.outputs) output->offer(batch);
  if (batch->tracked) release(batch->points, TW_OK);
}

bool Pipeline::full() const {
  const StagesPtr now = stages();
  for (const auto& output : now->outputs) {
    if (output->full()) return true;
  }
  return false;
}

}  // namespace tickwork::host
