// SPDX-License-Identifier: MIT
#include "graph/lifecycle.hpp"

#include "graph/entrance.hpp"
#include "graph/instance.hpp"
#include "graph/schedule.hpp"
#include "isolate/crossing.hpp"
#include "service/belongings.hpp"

namespace tickwork::host {

namespace {

IntakeRules aggregate_rules(const HostOptions& options) {
  IntakeRules rules;
  rules.relabel = Relabel{options, {}};
  return rules;
}

// Where emitted and gathered points of the instance go; from an output, nowhere. What a processor
// emits by itself has passed it already.
std::shared_ptr<Entrance> entrance_of(Runtime& runtime, Instance& instance) {
  const HostOptions& options = instance.config().host;
  const auto full = [&runtime] { return runtime.pipeline.full(); };
  if (instance.kind() == "aggregators") {
    return std::make_shared<Entrance>(
        instance, aggregate_rules(options), 1, 1,
        [&runtime](BatchPtr batch) { runtime.pipeline.enter_aggregates(std::move(batch)); }, full);
  }
  if (instance.kind() == "processors") {
    return std::make_shared<Entrance>(
        instance, IntakeRules{}, 1, 1,
        [&runtime, &instance](BatchPtr batch) {
          runtime.pipeline.enter_behind(instance.name(), std::move(batch));
        },
        full);
  }
  if (instance.kind() == "outputs") return nullptr;
  const AgentOptions& agent = instance.agent();
  const int64_t precision = precision_of(options.precision_ns.value_or(agent.precision_ns),
                                         options.interval_ns.value_or(agent.interval_ns));
  return std::make_shared<Entrance>(
      instance, input_rules(options, agent, instance.global_tags()), precision,
      options.precision_ns.value_or(0),
      [&runtime](BatchPtr batch) { runtime.pipeline.enter(std::move(batch)); }, full);
}

Failure named(const InstanceConfig& config, const Failure& failure) {
  return {failure.status, place_of(config) + config.name + ": " + failure.message};
}

// Crashed the host in its last run: better it crashes alone.
bool is_suspect(Runtime& runtime, const InstanceConfig& config, const PluginInfo& plugin) {
  if (runtime.suspect.empty() || config.name != runtime.suspect) return false;
  const std::string why_not = why_not_isolated(plugin.exts);
  const std::string crashed = "crashed the last run (" + runtime.marker.deed() + ")";
  if (why_not.empty()) {
    runtime.log.warn(config.name, crashed + "; it runs isolated now, unless isolate = false");
  } else {
    runtime.log.warn(config.name, crashed + " and cannot run isolated: " + why_not);
  }
  return why_not.empty();
}

}  // namespace

std::string place_of(const InstanceConfig& config) {
  const Origin& origin = config.origin;
  if (origin.file.empty()) return {};
  return origin.file + ":" + std::to_string(origin.line) + ":" + std::to_string(origin.column) +
         ": ";
}

Result<LoadedPlugin> load_plugin(Runtime& runtime, const InstanceConfig& config) {
  const auto found = runtime.catalogue.find(config.plugin);
  if (!found) return found.failure();
  const PluginInfo& plugin = **found;
  const bool wanted = config.host.isolate.value_or((plugin.flags & TW_ISOLATE) != 0 ||
                                                   is_suspect(runtime, config, plugin));
  if (!wanted) return runtime.catalogue.load(config.plugin);
  const auto module = runtime.catalogue.find_module(config.plugin);
  if (!module) return module.failure();
  return runtime.isolated.get(**module, plugin);
}

Result<std::shared_ptr<Instance>> make_instance(Runtime& runtime, InstanceConfig config,
                                                const LoadedPlugin* loaded) {
  auto plugin = loaded ? Result<LoadedPlugin>{*loaded} : load_plugin(runtime, config);
  if (!plugin) return named(config, plugin.failure());
  auto instance = std::make_shared<Instance>(runtime, std::move(config), std::move(*plugin));
  instance->belongings = std::make_shared<Belongings>(*instance);
  instance->entrance = entrance_of(runtime, *instance);
  return instance;
}

Result<SlotPtr> create_instance(Runtime& runtime, InstanceConfig config, bool made,
                                const LoadedPlugin* loaded) {
  auto instance = make_instance(runtime, std::move(config), loaded);
  if (!instance) return instance.failure();
  const SlotPtr slot = runtime.registry.add(*instance, made);
  const Done created = (*instance)->create();
  if (created) return slot;
  const Failure failure = named((*instance)->config(), created.failure());
  retire(runtime, slot, runtime.deadlines.stop);
  return failure;
}

Done start_with_callees(Runtime& runtime, const SlotPtr& slot) {
  for (const SlotPtr& each : runtime.registry.callees_first(slot)) {
    const bool again = each->start_tried();
    const Done started = each->start_once();
    if (!again && started) runtime.registry.note_started(each);
    if (each == slot) return started;
    const auto instance = each->get();
    if (!again && !started && instance) {
      instance->log(TW_LOG_ERROR, "cannot start: " + started.failure().message);
    }
  }
  return std::monostate{};
}

bool destroy_instance(Runtime& runtime, const std::shared_ptr<Instance>& instance) {
  instance->belongings->timers.cancel_all();
  instance->belongings->forget();
  bool clean = instance->destroy();
  for (const SlotPtr& made : instance->belongings->take_all_made()) {
    clean = retire(runtime, made, runtime.deadlines.stop) && clean;
  }
  return clean;
}

bool end_instance(Runtime& runtime, const std::shared_ptr<Instance>& instance, Nanoseconds limit) {
  instance->belongings->timers.cancel_all();
  return instance->stop(limit) && destroy_instance(runtime, instance);
}

bool retire(Runtime& runtime, const SlotPtr& slot, Nanoseconds limit) {
  const auto instance = slot->get();
  const bool clean = !instance || end_instance(runtime, instance, limit);
  runtime.registry.remove(slot);
  return clean;
}

}  // namespace tickwork::host
