// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <string>

#include "config/configuration.hpp"

namespace tickwork::host {

// [agent] and [global_tags]. Never changed: a reload makes another one.
struct AgentTable {
  AgentOptions options;
  std::map<std::string, std::string> global_tags;
};
using AgentTablePtr = std::shared_ptr<const AgentTable>;

}  // namespace tickwork::host
