// SPDX-License-Identifier: MIT
// Making and ending instances together with their slots and belongings.
#pragma once

#include "graph/registry.hpp"
#include "graph/runtime.hpp"

namespace tickwork::host {

// Loads the plugin, makes the instance and a slot for it. made: on demand, private to its maker.
// loaded: a plugin that is no library's. The failure names the instance and its place in the file.
Result<SlotPtr> create_instance(Runtime& runtime, InstanceConfig config, bool made = false,
                                const LoadedPlugin* loaded = nullptr);

// The plugin of the instance: in this process, or as one that runs in another.
Result<LoadedPlugin> load_plugin(Runtime& runtime, const InstanceConfig& config);

// The same without a slot, for an instance that is to replace another.
Result<std::shared_ptr<Instance>> make_instance(Runtime& runtime, InstanceConfig config,
                                                const LoadedPlugin* loaded = nullptr);

// Whom it found first; each is started once. Failures of callees are logged, its own is returned.
Done start_with_callees(Runtime& runtime, const SlotPtr& slot);

// Stops and destroys what the slot holds and what that made, and takes the slot away. False: stuck.
bool retire(Runtime& runtime, const SlotPtr& slot, Nanoseconds limit);
// The same for an instance that no slot holds any more.
bool end_instance(Runtime& runtime, const std::shared_ptr<Instance>& instance, Nanoseconds limit);
// Only the end of that: the instance was stopped.
bool destroy_instance(Runtime& runtime, const std::shared_ptr<Instance>& instance);

// "file:line:column: " of a configuration table, empty if it has no place.
std::string place_of(const InstanceConfig& config);

}  // namespace tickwork::host
