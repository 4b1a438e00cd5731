// SPDX-License-Identifier: MIT
// Stopping from the sources down: inputs, processors, aggregators with a last push, outputs after
// they drained, then everything else in reverse order of its start.
#include <algorithm>
#include <thread>
#include <vector>

#include "graph/aggregator.hpp"
#include "graph/instance.hpp"
#include "graph/output.hpp"
#include "graph/processor.hpp"
#include "graph/running_graph.hpp"
#include "service/belongings.hpp"

namespace tickwork::host {

namespace {

Nanoseconds until(int64_t deadline_ns) {
  return Nanoseconds{std::max<int64_t>(deadline_ns - monotonic_now(), 1'000'000)};
}

// Each on a thread of its own; all of them bound their time themselves.
template <class Stages, class Use>
void side_by_side(const Stages& stages, Use use) {
  std::vector<std::thread> threads;
  for (const auto& stage : stages) threads.emplace_back([&use, &stage] { use(stage); });
  for (std::thread& thread : threads) thread.join();
}

template <class Stage>
std::vector<std::shared_ptr<Instance>> instances_of(
    const std::vector<std::shared_ptr<Stage>>& stages) {
  std::vector<std::shared_ptr<Instance>> instances;
  for (const auto& stage : stages) instances.push_back(stage->instance());
  return instances;
}

}  // namespace

bool RunningGraph::stop_one(const std::shared_ptr<Instance>& instance, int64_t deadline_ns) {
  instance->belongings->timers.cancel_all();
  const bool clean = instance->stop(std::min(runtime_->deadlines.stop, until(deadline_ns)));
  return clean;
}

void RunningGraph::stop_inputs(const std::vector<std::shared_ptr<Input>>& inputs,
                               int64_t deadline_ns) {
  for (const auto& input : inputs) input->end();
  side_by_side(inputs, [&](const auto& input) { stop_one(input->instance(), deadline_ns); });
  // What they gathered last is still on its way to the edges.
  for (const auto& input : inputs) {
    while (input->running() && monotonic_now() < deadline_ns &&
           input->instance()->state() != TW_STUCK && !runtime_->pipeline.full()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }
}

void RunningGraph::stop_stages(const Stages& stages, int64_t deadline_ns) {
  const auto stop = [&](const auto& instance) { stop_one(instance, deadline_ns); };
  for (const auto& instance : instances_of(stages.first)) stop(instance);
  for (const auto& aggregator : stages.aggregators) {
    aggregator->end();
    if (!aggregator->instance()->started()) continue;
    run_within(until(deadline_ns), [aggregator] { aggregator->push(); });
  }
  side_by_side(instances_of(stages.aggregators), stop);
  for (const auto& instance : instances_of(stages.second)) stop(instance);
}

void RunningGraph::drain(const std::vector<std::shared_ptr<Output>>& outputs, int64_t deadline_ns) {
  side_by_side(outputs, [&](const auto& output) {
    run_within(until(deadline_ns), [output, deadline_ns] { output->drain(deadline_ns); });
  });
}

void RunningGraph::stop_rest(int64_t deadline_ns) {
  auto order = runtime_->registry.start_order();
  for (auto slot = order.rbegin(); slot != order.rend(); ++slot) {
    if (const auto instance = (*slot)->get()) stop_one(instance, deadline_ns);
  }
}

void RunningGraph::destroy_all() {
  // Started ones in reverse order, then those that were only created.
  std::vector<SlotPtr> order = runtime_->registry.start_order();
  std::reverse(order.begin(), order.end());
  for (const SlotPtr& slot : runtime_->registry.all()) {
    if (std::find(order.begin(), order.end(), slot) == order.end()) order.push_back(slot);
  }
  for (const SlotPtr& slot : order) {
    const auto instance = slot->get();
    if (!instance || slot->made()) continue;  // its maker ends it
    stuck_ = !destroy_instance(*runtime_, instance) || stuck_;
  }
}

bool RunningGraph::stop(std::chrono::nanoseconds limit) {
  if (std::exchange(stopped_, true)) return !stuck_;
  const int64_t deadline = monotonic_now() + limit.count();
  Log& log = runtime_->log;
  const Stages& stages = *wiring_.stages;
  if (!stages.outputs.empty()) {
    log.info("agent", "Hang on, flushing any cached metrics before shutdown");
  }
  // Nobody may wait for room once the outputs are about to be emptied.
  for (const auto& output : stages.outputs) output->end();
  const auto watches = [](const auto& input) { return input->instance()->watcher()->watching(); };
  if (std::any_of(wiring_.inputs.begin(), wiring_.inputs.end(), watches)) {
    for (const auto& input : wiring_.inputs) input->end();
    drain(stages.outputs, monotonic_now() + limit.count() / 4);
  }
  for (const auto& output : stages.outputs) output->edge()->open_up();
  stop_inputs(wiring_.inputs, deadline);
  stop_stages(stages, deadline);
  log.info("agent", "Stopping running outputs");
  drain(stages.outputs, deadline);
  side_by_side(instances_of(stages.outputs),
               [&](const auto& instance) { stop_one(instance, deadline); });
  stop_rest(deadline);
  runtime_->timers.close();
  destroy_all();
  if (!stuck_) runtime_->marker.erase();
  return !stuck_;
}

RunningGraph::~RunningGraph() {
  if (!stopped_) stop(runtime_->deadlines.stop);
  if (stuck_) {
    runtime_->workers.abandon();
    runtime_.release();  // an abandoned thread still looks at it
    return;
  }
  wiring_ = {};
  runtime_->pipeline.replace(std::make_shared<const Stages>());
  slots_.clear();
  runtime_->registry.clear();
}

}  // namespace tickwork::host
