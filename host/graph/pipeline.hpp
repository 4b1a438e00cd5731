// SPDX-License-Identifier: MIT
// The way of a batch: processors, aggregators, processors again, outputs. Runs on the thread that
// brought the points. Any thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "graph/batch.hpp"

namespace tickwork::host {

class Processor;
class Aggregator;
class Output;

struct Stages {
  std::vector<std::shared_ptr<Processor>> first, second;  // before and behind the aggregators
  std::vector<std::shared_ptr<Aggregator>> aggregators;
  std::vector<std::shared_ptr<Output>> outputs;
};
using StagesPtr = std::shared_ptr<const Stages>;

class Pipeline {
 public:
  StagesPtr stages() const;
  // Batches that enter from now on go through these. Returns the old ones, which batches under way
  // still hold.
  StagesPtr replace(StagesPtr stages);

  // Take over the batch's delivery counts.
  void enter(BatchPtr batch) const;
  // Behind the place of that name; a processor that lost its place speaks to the outputs.
  void enter_behind(const std::string& processor, BatchPtr batch) const;
  void enter_aggregates(BatchPtr batch) const;

  bool full() const;  // some edge asks to wait

  // While one lives no batch enters. Batches under way go on, with all that is emitted in the
  // course of them. One at a time, not for threads that bring points.
  class Pause {
   public:
    explicit Pause(Pipeline& pipeline);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    Pipeline& pipeline_;
  };

 private:
  class Passage;
  using Row = std::vector<std::shared_ptr<Processor>>;
  static BatchPtr process(const Row& row, size_t from, BatchPtr batch);
  static void aggregate(const Stages& stages, BatchPtr batch);
  static void put_out(const Stages& stages, const BatchPtr& batch);

  mutable std::mutex lock_;
  mutable std::condition_variable opened_;
  bool paused_ = false;
  StagesPtr stages_ = std::make_shared<const Stages>();
};

}  // namespace tickwork::host
