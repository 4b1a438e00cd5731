// SPDX-License-Identifier: MIT
// "tickwork try FILE": one gather of a plugin that is being written, printed as line protocol.
#include <fmt/format.h>
#include <tickwork/kind/input.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/loading.hpp"
#include "cli/locations.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"
#include "config/toml.hpp"

namespace tickwork::host {
namespace {

bool is_input(const PluginInfo& plugin) {
  return std::find(plugin.exts.begin(), plugin.exts.end(), TW_INPUT) != plugin.exts.end();
}

// The plugin to try: the one asked for, or the file's first input.
Result<std::string> choose(const Catalogue& catalogue, const std::string& file,
                           const std::string& wanted) {
  for (const auto& refusal : catalogue.refusals())
    if (refusal.file == file)
      return Failure{TW_E_INVALID, fmt::format("{}: {}", file, refusal.reason)};
  for (const auto& module : catalogue.modules()) {
    if (module.file != file) continue;
    for (const auto& plugin : module.plugins)
      if (is_input(plugin) && (wanted.empty() || plugin.id == wanted))
        return fmt::format("{}:{}", module.id, plugin.id);
  }
  return Failure{TW_E_NOT_FOUND, fmt::format("{}: has no input{}{} to gather from", file,
                                             wanted.empty() ? "" : " ", wanted)};
}

// [[inputs."module:inputs.x"]] with the options that were given.
Sources sources_for(const std::string& id, const std::string& options) {
  Sources sources;
  auto parsed = parse_toml(options, "options");
  if (auto* wrong = std::get_if<Diagnostic>(&parsed)) {
    sources.errors.push_back(*wrong);
    return sources;
  }
  Value section{std::get<Table>(std::move(parsed)), {"options", 1, 1}};
  Value list{Array{std::move(section)}, {"options", 1, 1}};
  Value kind{Table{{id, std::move(list)}}, {"options", 1, 1}};
  sources.files.push_back({"options", Table{{"inputs", std::move(kind)}}});
  return sources;
}

int try_plugin(const std::string& file, const std::string& wanted, const std::string& options) {
  auto catalogue = scan_plugins({file});
  const auto id = choose(catalogue, file, wanted);
  if (!id) return fail(id.failure().message);
  auto checked = check_sources(sources_for(*id, options), catalogue);
  print_diagnostics(checked);
  if (!checked.errors.empty()) return exit_failed;
  checked.configuration.agent.quiet = true;
  Log log{log_options(checked.configuration.agent)};
  Session session{checked.configuration, catalogue, log, {false, true}};
  if (!session.start()) return exit_failed;
  return session.finish(session.run_once(), std::chrono::seconds{10});
}

}  // namespace

CommandLine try_line() {
  CommandLine line{"try [OPTION...] FILE.so [TOML]", "argument"};
  line.add()("plugin", one()->value_name("ID"), "this input of the file, not its first");
  line.say("TOML: the options as they would stand in a configuration, e.g. \"path = '/x'\".\n");
  return line;
}

int command_try(const Arguments& arguments) {
  auto line = try_line();
  if (const auto code = line.parse(arguments)) return *code;
  const auto given = line.list("argument");
  if (given.empty() || given.size() > 2) {
    fmt::print(stderr, "tickwork: try takes a plugin file and, in one argument, its options\n");
    return exit_usage;
  }
  return try_plugin(given[0], line.text("plugin"), given.size() > 1 ? given[1] : "");
}

}  // namespace tickwork::host
