// SPDX-License-Identifier: MIT
// "tickwork list": the plugins that are there, and the files that were refused.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/command.hpp"
#include "cli/locations.hpp"
#include "cli/options.hpp"
#include "config/set.hpp"
#include "module/description.hpp"

namespace tickwork::host {
namespace {

struct Row {
  const PluginInfo* plugin;
  const ModuleInfo* module;
};

bool wanted(const PluginInfo& plugin, const std::vector<std::string>& names) {
  return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return plugin.id == name || plugin.id.starts_with(name + ".");
         });
}

std::vector<Row> rows_of(const Catalogue& catalogue, const std::vector<std::string>& names) {
  std::vector<Row> rows;
  for (const auto& module : catalogue.modules())
    for (const auto& plugin : module.plugins)
      if (wanted(plugin, names)) rows.push_back({&plugin, &module});
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.plugin->id < b.plugin->id; });
  return rows;
}

// Leaves the rows of a set. False, and said why, when there is none of that name.
bool keep_set(std::vector<Row>& rows, const std::string& name_or_file) {
  const auto file = set_file(name_or_file);
  if (!file) return fmt::print(stderr, "{}\n", file.failure().message), false;
  const auto set = read_sources({*file});
  for (const auto& mistake : set.errors) {
    fmt::print(stderr, "{}: {}\n", *file, mistake.text);
    return false;
  }
  std::erase_if(rows, [&](const Row& row) { return !in_set(set, row.plugin->id); });
  return true;
}

void print_table(const std::vector<Row>& rows, bool with_files) {
  size_t widest = 0;
  for (const auto& row : rows) widest = std::max(widest, row.plugin->id.size());
  for (const auto& row : rows) {
    fmt::print("{:<{}}  {:<8} {}\n", row.plugin->id, widest, row.module->version,
               row.plugin->summary);
    if (with_files) fmt::print("{:<{}}  {} ({})\n", "", widest, row.module->file, row.module->id);
  }
}

void print_refusals(const Catalogue& catalogue) {
  for (const auto& refusal : catalogue.refusals())
    fmt::print(stderr, "refused: {}: {}\n", refusal.file, refusal.reason);
}

void print_json(const Catalogue& catalogue) {
  const char* comma = "";
  fmt::print("[");
  for (const auto& module : catalogue.modules()) {
    fmt::print("{}\n{}", comma, to_json(module));
    comma = ",";
  }
  for (const auto& refusal : catalogue.refusals()) {
    fmt::print("{}\n{}", comma, to_json(refusal));
    comma = ",";
  }
  fmt::print("\n]\n");
}

// Plugins that were asked for and are not there.
int complain_of_missing(const Catalogue& catalogue, const std::vector<std::string>& names) {
  int code = exit_fine;
  for (const auto& name : names) {
    if (!rows_of(catalogue, {name}).empty()) continue;
    code = fail(catalogue.find(name).failure().message);
  }
  return code;
}

}  // namespace

CommandLine list_line() {
  CommandLine line{"list [OPTION...] [KIND|ID...]", "name"};
  line.add()("plugin-path", many()->value_name("DIR|FILE"), "look here first (repeatable)")(
      "set", one()->value_name("NAME|FILE"), "only the plugins of a set or configuration")(
      "files", "with the file and module of each")("ids", "only the ids")(
      "sets", "the sets that come with Tickwork, not plugins")("json", "everything known, as JSON");
  line.say("Files that cannot be used are told on standard error, with the reason.\n");
  return line;
}

int command_list(const Arguments& arguments) {
  auto line = list_line();
  if (const auto code = line.parse(arguments)) return *code;
  if (line.has("sets")) {
    for (const auto& name : names_of_sets()) fmt::print("{}\n", name);
    return exit_fine;
  }
  const auto catalogue = scan_plugins(line.list("plugin-path"));
  if (line.has("json")) {
    print_json(catalogue);
    return exit_fine;
  }
  auto rows = rows_of(catalogue, line.list("name"));
  if (line.has("set") && !keep_set(rows, line.text("set"))) return exit_failed;
  if (line.has("ids"))
    for (const auto& row : rows) fmt::print("{}\n", row.plugin->id);
  else
    print_table(rows, line.has("files"));
  print_refusals(catalogue);
  return complain_of_missing(catalogue, line.list("name"));
}

}  // namespace tickwork::host
