// SPDX-License-Identifier: MIT
// Starting a graph: callees before callers, outputs before inputs.
#include <algorithm>
#include <thread>

#include "graph/aggregator.hpp"
#include "graph/instance.hpp"
#include "graph/output.hpp"
#include "graph/running_graph.hpp"

namespace tickwork::host {

namespace {

// A wrong configuration does not heal by waiting.
bool retryable(tw_status status) {
  return status != TW_E_INVALID && status != TW_E_UNSUPPORTED && status != TW_E_DENIED;
}

}  // namespace

std::vector<SlotPtr> RunningGraph::slots_by_rank() const {
  std::vector<SlotPtr> slots;
  for (const InstanceConfig& config : wanted_) {
    const auto at = slots_.find(config.name);
    if (at != slots_.end() && at->second->get()) slots.push_back(at->second);
  }
  std::stable_sort(slots.begin(), slots.end(), [](const SlotPtr& a, const SlotPtr& b) {
    return kind_rank(a->get()->kind()) < kind_rank(b->get()->kind());
  });
  return slots;
}

Done RunningGraph::start() {
  runtime_->registry.begin_starting();
  for (const SlotPtr& slot : slots_by_rank()) {
    if (const Done started = start_slot(slot); !started) return started;
  }
  if (!runtime_->mode.once && !runtime_->mode.test) begin(wiring_);
  return std::monostate{};
}

Done RunningGraph::start_slot(const SlotPtr& slot) {
  const Done started = start_with_callees(*runtime_, slot);
  return started ? started : settle_failed_start(slot, started);
}

// Telegraf's startup_error_behavior.
Done RunningGraph::settle_failed_start(const SlotPtr& slot, Done failed) {
  const auto instance = slot->get();
  stuck_ = stuck_ || instance->state() == TW_STUCK;
  const bool again = retryable(failed.failure().status) && instance->state() != TW_STUCK;
  std::string behavior = instance->config().host.startup_error_behavior;
  if (runtime_->mode.test && behavior.empty()) behavior = "ignore";
  if (again && instance->kind() == "outputs" && behavior != "retry" && behavior != "ignore") {
    instance->log(TW_LOG_ERROR, "cannot start: " + failed.failure().message + "; trying once more");
    std::this_thread::sleep_for(runtime_->deadlines.connect_again);
    failed = instance->start();
    if (failed) {
      runtime_->registry.note_started(slot);
      return failed;
    }
  }
  const std::string why = "cannot start: " + failed.failure().message;
  if (again && behavior == "retry") {
    instance->log(TW_LOG_ERROR, why + "; trying again later");
    return std::monostate{};
  }
  if (behavior == "ignore" || behavior == "probe") {
    instance->log(TW_LOG_ERROR, why + "; left out");
    take_out(slot);
    return std::monostate{};
  }
  return Failure{failed.failure().status,
                 place_of(instance->config()) + instance->name() + ": " + why};
}

void RunningGraph::take_out(const SlotPtr& slot) {
  const auto instance = slot->get();
  auto stages = std::make_shared<Stages>(*wiring_.stages);
  const auto is_its = [&](const auto& stage) { return stage->instance() == instance; };
  std::erase_if(stages->outputs, is_its);
  std::erase_if(wiring_.inputs, is_its);
  wiring_.stages = std::move(stages);
  runtime_->pipeline.replace(wiring_.stages);
}

// Only what is not running yet begins: a stage that a reload kept ignores it.
void RunningGraph::begin(const Wiring& wiring) {
  for (const auto& output : wiring.stages->outputs) output->begin();
  for (const auto& aggregator : wiring.stages->aggregators) aggregator->begin();
  for (const auto& input : wiring.inputs) input->begin();
}

void RunningGraph::flush() {
  for (const auto& output : wiring_.stages->outputs) {
    runtime_->workers.post([output] { output->flush(); });
  }
}

void RunningGraph::visit(const std::function<void(const tw_instance_info&)>& show) const {
  using Show = const std::function<void(const tw_instance_info&)>;
  const auto call = [](void* self, const tw_instance_info* info) {
    (*static_cast<Show*>(self))(*info);
  };
  visit_instances(*runtime_, const_cast<void*>(static_cast<const void*>(&show)), call);
}

}  // namespace tickwork::host
