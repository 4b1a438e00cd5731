// SPDX-License-Identifier: MIT
// The [agent] table: Telegraf's keys and meanings, one row each.
#pragma once

#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "config/host_options.hpp"

namespace tickwork::host {

// Reads one [agent] table into agent; a later table's values overwrite.
void read_agent(const Table& table, AgentOptions& agent, std::vector<Diagnostic>& errors,
                std::vector<Diagnostic>& warnings);

// What only holds for the whole: called once, where is the last [agent].
void check_agent(const AgentOptions& agent, const Origin& where, std::vector<Diagnostic>& errors);

// The options that do something here.
std::vector<HostOptionInfo> agent_options();

// [agent] with every option commented out.
std::string agent_sample();

}  // namespace tickwork::host
