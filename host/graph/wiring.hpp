// SPDX-License-Identifier: MIT
// From a configuration to instances and the stages that points pass.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph/input.hpp"
#include "graph/lifecycle.hpp"
#include "graph/pipeline.hpp"
#include "graph/runtime.hpp"

namespace tickwork::host {

// In which order kinds are created and started: callees of everybody first, inputs last.
int kind_rank(const std::string& kind);

// The instances that a configuration gives rise to, in its order: in test mode a printer instead of
// the outputs; each processor a second time behind the aggregators, unless that is switched off.
std::vector<InstanceConfig> wanted_instances(const Configuration& configuration, RunMode mode);

using SlotsByName = std::map<std::string, SlotPtr>;

// A new or different instance; test mode's printer is known to the host alone.
Result<std::shared_ptr<Instance>> instance_for(Runtime& runtime, const InstanceConfig& config);
bool is_printer(const InstanceConfig& config);

struct Wiring {
  StagesPtr stages = std::make_shared<const Stages>();  // never NULL
  std::vector<std::shared_ptr<Input>> inputs;
};

// The stages of the wanted instances. Stages of instances that were wired before are kept, and
// outputs of a known name keep their edge.
Wiring wire(const std::vector<InstanceConfig>& wanted, const SlotsByName& slots,
            const Wiring& before);

}  // namespace tickwork::host
