// SPDX-License-Identifier: MIT
// The way of a batch: processors, aggregators, processors again, outputs. Runs on the thread that
// brought the points. Any thread.
#pragma once

#include <memory>
#include <mutex>
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
  void enter_behind(const Processor& processor, BatchPtr batch) const;
  void enter_aggregates(BatchPtr batch) const;

  bool full() const;  // some edge asks to wait

 private:
  using Row = std::vector<std::shared_ptr<Processor>>;
  static BatchPtr process(const Row& row, size_t from, BatchPtr batch);
  static void aggregate(const Stages& stages, BatchPtr batch);
  static void put_out(const Stages& stages, const BatchPtr& batch);

  mutable std::mutex lock_;
  StagesPtr stages_ = std::make_shared<const Stages>();
};

}  // namespace tickwork::host
