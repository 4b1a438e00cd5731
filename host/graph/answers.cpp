// SPDX-License-Identifier: MIT
// What the host's own commands ask a running graph.
#include "graph/instance.hpp"
#include "graph/running_graph.hpp"
#include "service/table.hpp"

namespace tickwork::host {

void RunningGraph::visit_libraries(const std::function<void(const tw_library_info&)>& show) const {
  using Show = const std::function<void(const tw_library_info&)>;
  const auto call = [](void* self, const tw_library_info* info) {
    (*static_cast<Show*>(self))(*info);
  };
  host::visit_libraries(*runtime_, const_cast<void*>(static_cast<const void*>(&show)), call);
}

void RunningGraph::tell_changes(std::vector<InstanceChange> changes) {
  runtime_->changes.tell(std::move(changes));
}

std::optional<InstanceConfig> RunningGraph::configuration_of(const std::string& name) const {
  for (const SlotPtr& slot : runtime_->registry.all()) {
    const auto instance = slot->get();
    if (instance && instance->name() == name) return instance->config();
  }
  return {};
}

}  // namespace tickwork::host
