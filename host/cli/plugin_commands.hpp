// SPDX-License-Identifier: MIT
// Commands that plugins offer (tw.draft.command/1): "tickwork storage check" finds the plugin of
// that kind which has it, "tickwork storage.lmdb check" names the plugin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "module/catalogue.hpp"

namespace tickwork::host {

// A command with the plugin that offers it.
struct OfferedCommand {
  const PluginInfo* plugin;
  const CommandInfo* command;
};

// Those of one kind or plugin id; of all with an empty name. By plugin, then in its table's order.
std::vector<OfferedCommand> offered_commands(const Catalogue& catalogue, const std::string& name);

// The kinds that have commands, for suggestions and the overview.
std::vector<std::string> command_kinds(const Catalogue& catalogue);

// Runs "NAME [--plugin-path DIR]... COMMAND ARGUMENT..."; empty: no plugin of that name has any.
std::optional<int> run_plugin_command(const Arguments& arguments);

// "  storage inspect  list what a store holds", a line each.
std::string plugin_command_overview(const Catalogue& catalogue);

}  // namespace tickwork::host
