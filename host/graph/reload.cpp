// SPDX-License-Identifier: MIT
// SIGHUP: instances whose table, plugin file or agent values changed are replaced, the others go
// on undisturbed. What can be tried beside the running instances comes first, and a failure there
// changes nothing: making the new ones, and the swap of processors and aggregators (swap.cpp). The
// rest is replaced one by one (replace.cpp), so that a failure leaves that one as it was.
#include <algorithm>

#include "graph/aggregator.hpp"
#include "graph/compare.hpp"
#include "graph/entrance.hpp"
#include "graph/instance.hpp"
#include "graph/output.hpp"
#include "graph/processor.hpp"
#include "graph/replacing.hpp"
#include "graph/running_graph.hpp"

namespace tickwork::host {

namespace {

bool in_pipeline(const std::string& kind) {
  return kind == "inputs" || kind == "outputs" || is_stage(kind);
}

}  // namespace

RunningGraph::Change RunningGraph::changes_to(const std::vector<InstanceConfig>& wanted,
                                              const Configuration& to) const {
  const bool agent_changed =
      !same_agent(configuration_.agent, to.agent) || configuration_.global_tags != to.global_tags;
  const auto changed = [&](const Instance& now, const InstanceConfig& config) {
    if (agent_changed && in_pipeline(now.kind())) return true;
    if (now.config().plugin != config.plugin || !same_values(now.config().raw, config.raw)) {
      return true;
    }
    if (now.state() == TW_FAILED) return true;
    if (is_printer(config)) return false;
    const auto loaded = load_plugin(*runtime_, config);
    return loaded && loaded->plugin != now.plugin().plugin;
  };
  Change change;
  change.wanted = wanted;
  std::map<std::string, bool> known;
  for (const InstanceConfig& config : wanted) {
    known[config.name] = true;
    const auto at = slots_.find(config.name);
    const auto instance = at == slots_.end() ? nullptr : at->second->get();
    if (instance && !changed(*instance, config)) continue;
    change.fresh.push_back(config);
    if (instance) change.replaced.push_back(at->second);
  }
  for (const auto& [name, slot] : slots_) {
    if (!known.count(name)) change.removed.push_back(slot);
  }
  return change;
}

// Everything that can be made beside its predecessor, before anything is touched.
Done RunningGraph::make_new(Change& change) {
  for (const InstanceConfig& config : change.fresh) {
    auto instance = instance_for(*runtime_, config);
    if (!instance) return instance.failure();
    change.made.emplace(config.name, *instance);
    const bool replaces = slots_.count(config.name) > 0;
    if (!replaces) {
      const SlotPtr slot = runtime_->registry.add(*instance);
      slots_.emplace(config.name, slot);
    } else {
      (*instance)->slot = slots_.at(config.name);
    }
    if (replaces && exclusive(**instance)) continue;
    if (const Done created = (*instance)->create(); !created) {
      return Failure{created.failure().status,
                     place_of(config) + config.name + ": " + created.failure().message};
    }
  }
  return std::monostate{};
}

Done RunningGraph::reload(const Configuration& to) {
  const std::vector<InstanceConfig> wanted = wanted_instances(to, runtime_->mode);
  Change change = changes_to(wanted, to);
  // New instances read the agent's values as they are made.
  const AgentTablePtr old_agent =
      runtime_->set_agent(std::make_shared<const AgentTable>(AgentTable{to.agent, to.global_tags}));
  const size_t replaced = change.replaced.size();
  Done made = make_new(change);
  if (made) made = swap_stages(change);
  if (!made) {
    runtime_->set_agent(old_agent);
    for (const auto& [name, instance] : change.made) {
      end_instance(*runtime_, instance, runtime_->deadlines.stop);
      const auto slot = slots_.find(name);
      if (slot->second->get() != instance) continue;
      runtime_->registry.remove(slot->second);
      slots_.erase(slot);
    }
    return Failure{made.failure().status, made.failure().message + "; nothing was changed"};
  }
  Done outcome = std::monostate{};
  configuration_ = to;
  wanted_ = wanted;
  take_old_out(change);
  start_new(change, outcome);
  begin(wiring_);
  runtime_->log.info("agent", "Reloaded: " + std::to_string(change.fresh.size()) + " made, " +
                                  std::to_string(change.removed.size()) + " removed, " +
                                  std::to_string(replaced) + " replaced");
  return outcome;
}

// What is removed, and stages that could not be swapped; from the sources down, as in a stop.
// Points go on flowing through what stays.
void RunningGraph::take_old_out(Change& change) {
  const int64_t deadline = monotonic_now() + runtime_->deadlines.stop.count();
  std::set<std::shared_ptr<Instance>> leaving;
  std::vector<std::shared_ptr<Instance>> unswapped;
  for (const SlotPtr& slot : change.removed) leaving.insert(slot->get());
  for (const SlotPtr& slot : change.replaced) {
    if (!is_stage(slot->get()->kind())) continue;
    unswapped.push_back(slot->get());
    leaving.insert(slot->get());
    slot->set(change.made.at(slot->name()));
  }
  const auto leaves = [&](const auto& stage) { return leaving.count(stage->instance()) > 0; };
  const auto pick = [&](const auto& from, auto& to) {
    std::copy_if(from.begin(), from.end(), std::back_inserter(to), leaves);
  };
  std::vector<std::shared_ptr<Input>> inputs;
  pick(wiring_.inputs, inputs);
  stop_inputs(inputs, deadline);
  for (const auto& output : wiring_.stages->outputs) {
    if (leaves(output)) output->end();  // drain_removed is its last reader
  }
  for (const SlotPtr& slot : change.removed) slots_.erase(slot->name());
  const Wiring before = rewire();
  for (const auto& [name, instance] : change.made) {
    if (instance->entrance) instance->entrance->let_in();
  }

  Stages gone;
  pick(before.stages->first, gone.first);
  pick(before.stages->second, gone.second);
  pick(before.stages->aggregators, gone.aggregators);
  stop_stages(gone, deadline);
  drain_removed(change, before);
  for (const auto& instance : unswapped) {
    stuck_ = !end_instance(*runtime_, instance, runtime_->deadlines.stop) || stuck_;
  }
  for (const SlotPtr& slot : change.removed) {
    stuck_ = !retire(*runtime_, slot, runtime_->deadlines.stop) || stuck_;
  }
}

// Stages of what the slots hold now; batches under way may still be on their way through the old
// ones for a while that is waited for. Returns the old ones.
Wiring RunningGraph::rewire() {
  Wiring before = std::exchange(wiring_, Wiring{});
  wiring_ = wire(wanted_, slots_, before);
  runtime_->pipeline.replace(wiring_.stages);
  wait_until_unused(before.stages, 1, runtime_->deadlines.settle);
  return before;
}

// The points of an output that the new configuration lacks are written by a last drain.
void RunningGraph::drain_removed(const Change& change, const Wiring& before) {
  std::vector<std::shared_ptr<Output>> removed;
  for (const SlotPtr& slot : change.removed) {
    for (const auto& output : before.stages->outputs) {
      if (output->instance() == slot->get()) removed.push_back(output);
    }
  }
  drain(removed, monotonic_now() + runtime_->deadlines.stop.count());
}

void RunningGraph::start_new(Change& change, Done& outcome) {
  for (const SlotPtr& slot : slots_by_rank()) {
    const auto made = change.made.find(slot->name());
    if (made == change.made.end()) continue;
    const bool in_place = slot->get() == made->second;
    const Done started = in_place ? start_fresh(slot) : replace_one(slot, made->second);
    if (started) continue;
    outcome = Failure{started.failure().status, slot->name() + ": " + started.failure().message};
    runtime_->log.error(slot->name(), "cannot start: " + started.failure().message);
  }
}

Done RunningGraph::start_fresh(const SlotPtr& slot) {
  const auto instance = slot->get();
  if (instance->state() == 0) {
    if (const Done created = instance->create(); !created) return created;
  }
  return start_with_callees(*runtime_, slot);
}

}  // namespace tickwork::host
