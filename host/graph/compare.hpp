// SPDX-License-Identifier: MIT
// What a reload has to change: equality of configuration values, wherever they stand in the file.
#pragma once

#include "config/configuration.hpp"

namespace tickwork::host {

bool same_values(const Table& a, const Table& b);  // keys in any order
// What instances of the pipeline take from the agent's table; not log settings.
bool same_agent(const AgentOptions& a, const AgentOptions& b);

}  // namespace tickwork::host
