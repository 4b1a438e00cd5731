// SPDX-License-Identifier: MIT
// What reload.cpp, swap.cpp and replace.cpp share: a change from one configuration to another.
#pragma once

#include <tickwork/module.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "graph/instance.hpp"
#include "graph/pipeline.hpp"
#include "graph/registry.hpp"
#include "graph/running_graph.hpp"
#include "graph/runtime.hpp"

namespace tickwork::host {

struct RunningGraph::Change {
  std::vector<InstanceConfig> wanted, fresh;  // fresh: to be made, changed ones among them
  std::vector<SlotPtr> removed, replaced;
  std::map<std::string, std::shared_ptr<Instance>> made;  // of fresh, where made beforehand
};

// Two of them cannot be there at a time.
inline bool exclusive(const Instance& instance) {
  return (instance.plugin().plugin->flags & TW_EXCLUSIVE) != 0;
}

// Changes its place between two batches (swap.cpp).
inline bool is_stage(const std::string& kind) {
  return kind == "processors" || kind == "aggregators";
}

// What the old one remembers goes to the new one: only the library changed, and both offer
// tw.snapshot/1.
bool takes_memory(const Instance& old, const Instance& fresh);
// Saves, loads and starts the new one. The old one's calls are at rest.
Done hand_memory_over(Instance& old, Instance& fresh);
// Logs what runs now.
void tell_of_replacement(const Instance& fresh, bool memory);

// Waits until no batch holds the stages: only so many others. False: some still do.
inline bool wait_until_unused(const StagesPtr& stages, long holders, Nanoseconds limit) {
  const int64_t deadline = monotonic_now() + limit.count();
  while (stages.use_count() > holders) {
    if (monotonic_now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

}  // namespace tickwork::host
