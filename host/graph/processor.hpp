// SPDX-License-Identifier: MIT
// A processor's place in the pipeline: what its filter selects goes through the plugin.
#pragma once

#include <memory>

#include "graph/batch.hpp"
#include "graph/filter.hpp"

namespace tickwork::host {

class Instance;

class Processor {
 public:
  explicit Processor(std::shared_ptr<Instance> instance);

  // What goes on; takes over the delivery counts of batch and returns those of the answer.
  BatchPtr run(const BatchPtr& batch);
  const std::shared_ptr<Instance>& instance() const { return instance_; }

 private:
  BatchPtr selected(const BatchPtr& batch, std::vector<tw_point>& passed) const;
  BatchPtr process(const BatchPtr& given);

  const std::shared_ptr<Instance> instance_;
  const Filter filter_;
};

}  // namespace tickwork::host
