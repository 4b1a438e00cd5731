// SPDX-License-Identifier: MIT
// "tickwork config check" and "tickwork config sample".
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "cli/command.hpp"
#include "cli/loading.hpp"
#include "cli/locations.hpp"
#include "cli/options.hpp"
#include "config/sample.hpp"

namespace tickwork::host {
namespace {

int check_configuration(const Arguments& arguments) {
  auto line = config_check_line();
  if (const auto code = line.parse(arguments)) return *code;
  const auto request = loading_request(line);
  if (!request) return fail(request.failure().message);
  const auto loaded = load_configuration(*request);
  print_diagnostics(loaded.checked);
  if (!loaded.checked.errors.empty()) return exit_failed;
  const auto count = loaded.checked.configuration.instances.size();
  fmt::print("{} {}, no mistakes\n", count, count == 1 ? "instance" : "instances");
  return exit_fine;
}

int print_annotated() {
  const auto path = shared_file("tickwork.toml");
  std::ifstream file{path};
  if (!file) {
    fmt::print(stderr, "tickwork: cannot read {}\n", path);
    return exit_failed;
  }
  std::cout << file.rdbuf();
  return exit_fine;
}

int sample(const Arguments& arguments) {
  auto line = config_sample_line();
  if (const auto code = line.parse(arguments)) return *code;
  const auto ids = line.list("id");
  if (ids.empty()) return print_annotated();
  const auto catalogue = scan_plugins(line.list("plugin-path"));
  int code = exit_fine;
  for (const auto& id : ids) {
    const auto plugin = catalogue.find(id);
    if (plugin) {
      fmt::print("{}\n", sample_text(**plugin, line.has("all")));
    } else {
      code = fail(plugin.failure().message);
    }
  }
  return code;
}

constexpr const char* usage =
    "Usage: tickwork config check [OPTION...] [FILE|DIR|SET...]\n"
    "       tickwork config sample [OPTION...] [ID...]\n\n"
    "check tells every mistake in a configuration, sample prints one with all options of a\n"
    "plugin. Either has --help.\n";

}  // namespace

CommandLine config_check_line() {
  CommandLine line{"config check [OPTION...] [FILE|DIR|SET...]", "path"};
  add_loading_options(line);
  line.say(
      "Checks everything that can be checked without running a plugin. Every mistake is told\n"
      "as file:line:column: text. Exit code 0: fine, 1: there are mistakes.\n");
  return line;
}

CommandLine config_sample_line() {
  CommandLine line{"config sample [OPTION...] [ID...]", "id"};
  line.add()("plugin-path", many()->value_name("DIR|FILE"), "look here first (repeatable)")(
      "all", "with the options that every plugin of the kind has");
  line.say("Without an ID: an annotated configuration to begin with.\n");
  return line;
}

int command_config(const Arguments& arguments) {
  const std::string what = arguments.empty() ? "" : arguments[0];
  if (what == "check") return check_configuration({arguments.begin() + 1, arguments.end()});
  if (what == "sample") return sample({arguments.begin() + 1, arguments.end()});
  const bool help = what == "--help" || what == "-h";
  fmt::print(help ? stdout : stderr, "{}", usage);
  return help ? exit_fine : exit_usage;
}

}  // namespace tickwork::host
