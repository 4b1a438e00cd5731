// SPDX-License-Identifier: MIT
// Making a graph: state opened, instances created, stages wired.
#include <algorithm>

#include "graph/instance.hpp"
#include "graph/running_graph.hpp"

namespace tickwork::host {

Result<std::unique_ptr<Graph>> Graph::make(const Configuration& configuration, Catalogue& catalogue,
                                           Log& log, RunMode mode) {
  auto made = RunningGraph::make(configuration, catalogue, log, mode);
  if (!made) return made.failure();
  return std::unique_ptr<Graph>{std::move(*made)};
}

RunningGraph::RunningGraph(Catalogue& catalogue, Log& log, RunMode mode, Deadlines deadlines)
    : runtime_{std::make_unique<Runtime>(log, catalogue, mode, deadlines)} {}

Result<std::unique_ptr<RunningGraph>> RunningGraph::make(const Configuration& configuration,
                                                         Catalogue& catalogue, Log& log,
                                                         RunMode mode, Deadlines deadlines) {
  std::unique_ptr<RunningGraph> graph{new RunningGraph{catalogue, log, mode, deadlines}};
  graph->configuration_ = configuration;
  graph->runtime_->set_agent(std::make_shared<const AgentTable>(
      AgentTable{configuration.agent, configuration.global_tags}));
  graph->wanted_ = wanted_instances(configuration, mode);
  graph->open_state();
  if (const Done created = graph->create_all(); !created) return created.failure();
  graph->wiring_ = wire(graph->wanted_, graph->slots_, {});
  graph->runtime_->pipeline.replace(graph->wiring_.stages);
  return graph;
}

// Without its state folder the graph still runs; cursors are then kept in memory only.
void RunningGraph::open_state() {
  const std::string& statedir = configuration_.agent.statedir;
  if (statedir.empty()) return;
  Log& log = runtime_->log;
  if (const Done opened = runtime_->state.open(statedir); !opened) {
    log.error("agent", opened.failure().message + "; state is not kept");
  }
  const auto calls = runtime_->marker.open(statedir);
  if (!calls) return log.error("agent", calls.failure().message);
  if (!runtime_->marker.was_unclean()) return;
  std::string culprits;
  for (const std::string& call : *calls) culprits += (culprits.empty() ? "" : ", ") + call;
  log.warn("agent", "The last run did not stop cleanly" +
                        (culprits.empty() ? std::string{} : "; in a call then: " + culprits));
  runtime_->suspect = runtime_->marker.culprit();
}

Done RunningGraph::create_all() {
  std::vector<const InstanceConfig*> order;
  for (const InstanceConfig& config : wanted_) order.push_back(&config);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    const auto kind = [](const std::string& id) { return id.substr(0, id.find('.')); };
    return kind_rank(kind(a->plugin)) < kind_rank(kind(b->plugin));
  });
  // Every slot is there before the first create, so that an instance can find any other in it.
  std::vector<SlotPtr> slots;
  for (const InstanceConfig* config : order) {
    const auto instance = instance_for(*runtime_, *config);
    if (!instance) return instance.failure();
    slots.push_back(runtime_->registry.add(*instance));
    slots_.emplace(config->name, slots.back());
  }
  for (const SlotPtr& slot : slots) {
    const auto instance = slot->get();
    const Done created = instance->create();
    if (created) continue;
    return Failure{created.failure().status, place_of(instance->config()) + instance->name() +
                                                 ": " + created.failure().message};
  }
  return std::monostate{};
}

}  // namespace tickwork::host
