// SPDX-License-Identifier: MIT
// "tickwork show ID": everything that is known of a plugin without running it.
#include <fmt/format.h>

#include <cstdio>

#include "cli/command.hpp"
#include "cli/locations.hpp"
#include "cli/options.hpp"
#include "config/host_options.hpp"
#include "config/wording.hpp"

namespace tickwork::host {
namespace {

std::string type_text(const OptionInfo& option) {
  return fmt::format("{}{}{}{}", option.flags & TW_LIST ? "list of " : "",
                     option_type_name(option.type), option.flags & TW_REQUIRED ? ", required" : "",
                     option.flags & TW_SECRET ? ", secret" : "");
}

void print_option(const OptionInfo& option) {
  fmt::print("  {} ({}{})\n      {}\n", option.key, type_text(option),
             option.has_value ? ", default " + option.value : "", option.doc);
}

void print_plugin(const PluginInfo& plugin, const ModuleInfo& module) {
  fmt::print("{}: {}\n", plugin.id, plugin.summary);
  fmt::print("  module   {} {} ({})\n  file     {}\n  offers  ", module.id, module.version,
             module.license, module.file);
  for (const auto& ext : plugin.exts) fmt::print(" {}", ext);
  if (plugin.flags & TW_CONCURRENT) fmt::print("\n  calls    may overlap");
  if (plugin.flags & TW_ISOLATE) fmt::print("\n  isolate  asks for a process of its own");
  if (plugin.flags & TW_EXCLUSIVE) fmt::print("\n  reload   by stop and start");
  fmt::print("\n\nOptions:\n");
  for (const auto& option : plugin.options) print_option(option);
  if (plugin.options.empty()) fmt::print("  none of its own\n");
  if (!plugin.commands.empty()) fmt::print("\nCommands:\n");
  for (const auto& command : plugin.commands)
    fmt::print("  tickwork {} {} {}\n      {}\n", plugin.id.substr(0, plugin.id.find('.')),
               command.name, command.usage, command.summary);
  fmt::print("\nOf every instance of this kind:\n ");
  for (const auto& option : host_options_of(plugin.id)) fmt::print(" {}", option.key);
  fmt::print("\n");
}

}  // namespace

CommandLine show_line() {
  CommandLine line{"show [OPTION...] ID...", "id"};
  line.add()("plugin-path", many()->value_name("DIR|FILE"), "look here first (repeatable)");
  return line;
}

int command_show(const Arguments& arguments) {
  auto line = show_line();
  if (const auto code = line.parse(arguments)) return *code;
  const auto ids = line.list("id");
  if (ids.empty()) {
    fmt::print(stderr, "tickwork: which plugin? \"tickwork list\" tells them\n");
    return exit_usage;
  }
  const auto catalogue = scan_plugins(line.list("plugin-path"));
  int code = exit_fine;
  for (const auto& id : ids) {
    const auto plugin = catalogue.find(id);
    if (plugin) {
      print_plugin(**plugin, **catalogue.find_module(id));
    } else {
      code = fail(plugin.failure().message);
    }
  }
  return code;
}

}  // namespace tickwork::host
