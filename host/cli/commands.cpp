// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdio>

#include "check/check.hpp"
#include "cli/command.hpp"
#include "cli/locations.hpp"
#include "cli/options.hpp"
#include "cli/plugin_commands.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

int command_version(const Arguments&) {
  fmt::print("Tickwork {}\n", TICKWORK_VERSION);
  return exit_fine;
}

int command_help(const Arguments& arguments);

constexpr Command table[] = {
    {"run", "run a configuration", command_run, {run_line}},
    {"ctl", "list and change what a running host runs", command_ctl, {ctl_line}},
    {"list", "list the plugins that are there", command_list, {list_line}},
    {"show", "tell everything about a plugin", command_show, {show_line}},
    {"config",
     "check a configuration, print a sample",
     command_config,
     {config_check_line, config_sample_line}},
    {"docs", "print reference pages", command_docs, {docs_line}},
    {"new", "begin a plugin of your own", command_new, {new_line}},
    {"try", "gather once from a plugin file and print the points", command_try, {try_line}},
    {"check", "test a plugin file thoroughly", run_check, {check_line}},
    {"version", "print the version", command_version},
    {"help", "tell more about a command", command_help},
    {"probe", "describe one plugin file as JSON", command_probe, {}, true},
    {"run-plugin", "be the process of an isolated instance", command_run_plugin, {}, true},
};

const Command* find_command(std::string_view name) {
  for (const auto& command : table)
    if (command.name == name) return &command;
  return nullptr;
}

int unknown_command(const std::string& name) {
  std::vector<std::string> names = command_kinds(scan_plugins({}));
  for (const auto& command : table)
    if (!command.hidden) names.emplace_back(command.name);
  fmt::print(stderr, "tickwork: unknown command \"{}\"{}\nTry \"tickwork help\".\n", name,
             did_you_mean(name, names));
  return exit_usage;
}

int print_overview() {
  fmt::print(
      "Tickwork {}: collects, stores, queries and watches time series with plugins.\n\n"
      "Usage: tickwork COMMAND [OPTION...]\n\nCommands:\n",
      TICKWORK_VERSION);
  for (const auto& command : table)
    if (!command.hidden) fmt::print("  {:<9} {}\n", command.name, command.summary);
  if (const auto text = plugin_command_overview(scan_plugins({})); !text.empty())
    fmt::print("\nCommands of plugins:\n{}", text);
  fmt::print(
      "\n\"tickwork COMMAND --help\" tells the options of a command.\n"
      "Telegraf's command line works too: tickwork --config FILE --test\n\n"
      "Exit codes: 0 fine, 1 failed (configuration, start, gather), 2 wrong usage,\n"
      "3 stopped but a plugin was abandoned because it did not end in time.\n");
  return exit_fine;
}

int command_help(const Arguments& arguments) {
  if (arguments.empty() || arguments[0].starts_with("-")) return print_overview();
  const auto* command = find_command(arguments[0]);
  if (command) return command->run({"--help"});
  const auto of_plugin = run_plugin_command({arguments[0], "--help"});
  return of_plugin ? *of_plugin : unknown_command(arguments[0]);
}

}  // namespace

std::span<const Command> commands() { return table; }

int fail(const std::string& text, int code) {
  fmt::print(stderr, "tickwork: {}\n", text);
  return code;
}

int run_command(const Arguments& arguments) {
  if (arguments.empty()) {
    print_overview();
    return exit_usage;
  }
  const std::string& first = arguments[0];
  if (first == "--version" || first == "-V") return command_version({});
  if (first == "--help" || first == "-h") return print_overview();
  if (first.starts_with("-")) return command_run(arguments);
  const auto* command = find_command(first);
  if (!command) {
    const auto of_plugin = run_plugin_command(arguments);
    return of_plugin ? *of_plugin : unknown_command(first);
  }
  return command->run({arguments.begin() + 1, arguments.end()});
}

}  // namespace tickwork::host
