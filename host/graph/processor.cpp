// SPDX-License-Identifier: MIT
#include "graph/processor.hpp"

#include <tickwork/kind/processor.h>

#include "graph/delivery.hpp"
#include "graph/instance.hpp"
#include "graph/runtime.hpp"
#include "graph/sink.hpp"

namespace tickwork::host {

Processor::Processor(std::shared_ptr<Instance> instance)
    : instance_{std::move(instance)}, filter_{instance_->config().host.filters} {}

// The points that the plugin is to see, with its modifiers applied for good.
BatchPtr Processor::selected(const BatchPtr& batch, std::vector<tw_point>& passed) const {
  if (!filter_.selective() && !filter_.modifying()) return batch;
  auto chosen = part_of(batch);
  for (const tw_point& point : batch->points) {
    if (!filter_.selects(point)) {
      passed.push_back(point);
      continue;
    }
    tw_point changed = point;
    if (filter_.modify(changed, chosen->arena)) {
      chosen->points.push_back(changed);
    } else {
      release({&point, 1}, TW_OK);
    }
  }
  Meters::add(instance_->meters().filtered, passed.size());
  return chosen;
}

BatchPtr Processor::process(const BatchPtr& given) {
  const auto* processor = instance_->ext_as<tw_processor>(TW_PROCESSOR);
  auto made = std::make_shared<Batch>();
  made->points.reserve(given->points.size());
  Meters& meters = instance_->meters();
  Meters::add(meters.points_in, given->points.size());
  const Collector collector{*made, meters, wall_now(), nullptr};
  const tw_batch view = given->view();
  tw_error error = empty_error();
  const auto call = [&] {
    return instance_->work("process", &error, [&](tw_instance* self, tw_error* own) {
      return processor->process(self, &view, collector.sink(), own);
    });
  };
  tw_status status = call();
  if (status < 0 && instance_->came_back()) {
    made->points.clear();
    status = call();
  }
  if (status < 0) {
    instance_->log(TW_LOG_ERROR, "Error in plugin: " + sentence_of(status, error));
    return given;
  }
  made->tracked = given->tracked && adopt_tokens(made->points, *given);
  if (!given->tracked) {
    for (tw_point& point : made->points) point.token = 0;
  } else {
    release(given->points, TW_OK);
  }
  return made;
}

BatchPtr Processor::run(const BatchPtr& batch) {
  std::vector<tw_point> passed;
  const BatchPtr given = selected(batch, passed);
  BatchPtr made = given->points.empty() ? given : process(given);
  if (passed.empty()) return made;
  auto both = part_of(batch);
  both->owners.push_back(made);
  both->points = std::move(passed);
  both->points.insert(both->points.end(), made->points.begin(), made->points.end());
  return both;
}

}  // namespace tickwork::host
