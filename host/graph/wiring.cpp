// SPDX-License-Identifier: MIT
#include "graph/wiring.hpp"

#include <algorithm>

#include "graph/aggregator.hpp"
#include "graph/instance.hpp"
#include "graph/output.hpp"
#include "graph/printer.hpp"
#include "graph/processor.hpp"

namespace tickwork::host {

namespace {

const std::string behind_aggregators = "@aggregates";

std::string kind_of(const std::string& plugin) { return plugin.substr(0, plugin.find('.')); }

bool any_of_kind(const Configuration& configuration, const std::string& kind) {
  return std::any_of(configuration.instances.begin(), configuration.instances.end(),
                     [&](const InstanceConfig& each) { return kind_of(each.plugin) == kind; });
}

bool is_behind(const InstanceConfig& config) { return config.name.ends_with(behind_aggregators); }

template <class Stage>
std::shared_ptr<Stage> kept(const std::vector<std::shared_ptr<Stage>>& before,
                            const std::shared_ptr<Instance>& instance) {
  for (const auto& stage : before) {
    if (stage->instance() == instance) return stage;
  }
  return nullptr;
}

std::shared_ptr<Output> output_for(const std::shared_ptr<Instance>& instance,
                                   const Stages& before) {
  std::shared_ptr<Edge> edge;
  for (const auto& output : before.outputs) {
    if (output->instance() == instance) return output;
    if (output->instance()->name() == instance->name()) edge = output->edge();
  }
  return std::make_shared<Output>(instance, std::move(edge));
}

bool before_in_order(const std::shared_ptr<Processor>& a, const std::shared_ptr<Processor>& b) {
  return a->instance()->config().host.order < b->instance()->config().host.order;
}

}  // namespace

int kind_rank(const std::string& kind) {
  constexpr const char* order[] = {"storage", "query",       "services",   "handlers", "stream",
                                   "outputs", "aggregators", "processors", "inputs"};
  const auto* at = std::find(std::begin(order), std::end(order), kind);
  // Kinds that the host does not know start behind the services.
  return at == std::end(order) ? 4 : static_cast<int>(at - std::begin(order));
}

bool is_printer(const InstanceConfig& config) { return config.plugin == printer_config().plugin; }

std::vector<InstanceConfig> wanted_instances(const Configuration& configuration, RunMode mode) {
  const AgentOptions& agent = configuration.agent;
  const bool behind =
      any_of_kind(configuration, "aggregators") && !agent.skip_processors_after_aggregators;
  std::vector<InstanceConfig> wanted;
  for (const InstanceConfig& config : configuration.instances) {
    const std::string kind = kind_of(config.plugin);
    if (kind == "outputs" && mode.test) continue;
    if (kind != "processors") {
      wanted.push_back(config);
      continue;
    }
    if (!agent.skip_processors_before_aggregators) wanted.push_back(config);
    if (behind) {
      wanted.push_back(config);
      wanted.back().name += behind_aggregators;
    }
  }
  if (mode.test) wanted.push_back(printer_config());
  return wanted;
}

Result<std::shared_ptr<Instance>> instance_for(Runtime& runtime, const InstanceConfig& config) {
  const LoadedPlugin printer = printer_plugin();
  return make_instance(runtime, config, is_printer(config) ? &printer : nullptr);
}

Wiring wire(const std::vector<InstanceConfig>& wanted, const SlotsByName& slots,
            const Wiring& before) {
  const Stages& old = *before.stages;
  auto stages = std::make_shared<Stages>();
  Wiring wiring;
  for (const InstanceConfig& config : wanted) {
    const auto slot = slots.find(config.name);
    const auto instance = slot == slots.end() ? nullptr : slot->second->get();
    if (!instance) continue;
    if (instance->kind() == "inputs") {
      auto input = kept(before.inputs, instance);
      wiring.inputs.push_back(input ? input : std::make_shared<Input>(instance));
    } else if (instance->kind() == "processors") {
      auto& row = is_behind(config) ? stages->second : stages->first;
      auto stage = kept(is_behind(config) ? old.second : old.first, instance);
      row.push_back(stage ? stage : std::make_shared<Processor>(instance));
    } else if (instance->kind() == "aggregators") {
      auto stage = kept(old.aggregators, instance);
      stages->aggregators.push_back(stage ? stage : std::make_shared<Aggregator>(instance));
    } else if (instance->kind() == "outputs") {
      stages->outputs.push_back(output_for(instance, old));
    }
  }
  std::stable_sort(stages->first.begin(), stages->first.end(), before_in_order);
  std::stable_sort(stages->second.begin(), stages->second.end(), before_in_order);
  wiring.stages = std::move(stages);
  return wiring;
}

}  // namespace tickwork::host
