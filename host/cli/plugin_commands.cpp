// SPDX-License-Identifier: MIT
#include "cli/plugin_commands.hpp"

#include <fmt/format.h>
#include <tickwork/draft/command.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <set>

#include "cli/locations.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

std::string kind_of(const PluginInfo& plugin) { return plugin.id.substr(0, plugin.id.find('.')); }

// All of the bytes, or a failure: the reader has gone.
tw_status write_out(const tw_writer* self, tw_str bytes) {
  const int file = static_cast<int>(reinterpret_cast<intptr_t>(self->self));
  while (bytes.len > 0) {
    const auto n = ::write(file, bytes.data, bytes.len);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return TW_E_IO;
    bytes.data += n;
    bytes.len -= static_cast<size_t>(n);
  }
  return TW_OK;
}

tw_writer writer_to(intptr_t file) {
  return {sizeof(tw_writer), reinterpret_cast<void*>(file), write_out};
}

const tw_command* loaded_command(const LoadedPlugin& loaded, const std::string& name) {
  for (const tw_ext* ext = loaded.plugin->exts; ext->id; ++ext) {
    if (std::string_view{ext->id} != TW_COMMANDS) continue;
    const auto* table = static_cast<const tw_commands*>(ext->vtable);
    for (uint32_t i = 0; i < table->count; ++i)
      if (table->commands[i]->name == name) return table->commands[i];
  }
  return nullptr;
}

int run_loaded(Catalogue& catalogue, const OfferedCommand& offered, const Arguments& arguments) {
  const auto loaded = catalogue.load(offered.plugin->id);
  if (!loaded) return fail(loaded.failure().message);
  const tw_command* command = loaded_command(*loaded, offered.command->name);
  if (!command)
    return fail(fmt::format("{}: changed while it was loaded; try again", loaded->file));
  std::vector<const char*> argv;
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const tw_writer out = writer_to(STDOUT_FILENO), err = writer_to(STDERR_FILENO);
  std::fflush(nullptr);
  return command->run(static_cast<int32_t>(arguments.size()), argv.data(), &out, &err);
}

int print_commands(const std::string& name, const std::vector<OfferedCommand>& offered, int code) {
  FILE* to = code == exit_fine ? stdout : stderr;
  fmt::print(to, "Usage: tickwork {} [--plugin-path DIR|FILE]... COMMAND [ARGUMENT...]\n\n", name);
  for (const auto& [plugin, command] : offered)
    fmt::print(to, "  {} {}\n      {} ({})\n", command->name, command->usage, command->summary,
               plugin->id);
  fmt::print(to, "\n\"tickwork {} COMMAND --help\" tells more.\n", name);
  return code;
}

int several_offer(const std::string& command, const std::vector<OfferedCommand>& found) {
  std::string ids;
  for (const auto& offered : found) ids += fmt::format(" {}", offered.plugin->id);
  return fail(fmt::format("several plugins offer \"{}\":{}; write \"tickwork {} {}\"", command, ids,
                          found.front().plugin->id, command),
              exit_usage);
}

// Takes "--plugin-path X" and "--plugin-path=X" from the front of the arguments.
std::optional<std::vector<std::string>> take_paths(Arguments& arguments) {
  std::vector<std::string> paths;
  const std::string option = "--plugin-path";
  while (!arguments.empty() && arguments[0].starts_with(option)) {
    const bool joined = arguments[0].starts_with(option + "=");
    if (!joined && (arguments[0] != option || arguments.size() < 2)) return std::nullopt;
    paths.push_back(joined ? arguments[0].substr(option.size() + 1) : arguments[1]);
    arguments.erase(arguments.begin(), arguments.begin() + (joined ? 1 : 2));
  }
  return paths;
}

}  // namespace

std::vector<OfferedCommand> offered_commands(const Catalogue& catalogue, const std::string& name) {
  std::vector<OfferedCommand> found;
  for (const auto& module : catalogue.modules())
    for (const auto& plugin : module.plugins)
      if (name.empty() || plugin.id == name || kind_of(plugin) == name)
        for (const auto& command : plugin.commands) found.push_back({&plugin, &command});
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.plugin->id < b.plugin->id; });
  return found;
}

std::vector<std::string> command_kinds(const Catalogue& catalogue) {
  std::set<std::string> kinds;
  for (const auto& offered : offered_commands(catalogue, ""))
    kinds.insert(kind_of(*offered.plugin));
  return {kinds.begin(), kinds.end()};
}

std::string plugin_command_overview(const Catalogue& catalogue) {
  std::string text;
  for (const auto& [plugin, command] : offered_commands(catalogue, ""))
    text += fmt::format("  {:<16} {}\n", kind_of(*plugin) + " " + command->name, command->summary);
  return text;
}

std::optional<int> run_plugin_command(const Arguments& arguments) {
  const std::string name = arguments.front();
  Arguments rest{arguments.begin() + 1, arguments.end()};
  auto paths = take_paths(rest);
  if (!paths) return fail("--plugin-path needs a folder or file", exit_usage);
  auto catalogue = scan_plugins(std::move(*paths));
  const auto offered = offered_commands(catalogue, name);
  if (offered.empty()) return std::nullopt;
  if (rest.empty()) return print_commands(name, offered, exit_usage);
  if (rest[0] == "--help" || rest[0] == "-h") return print_commands(name, offered, exit_fine);
  std::vector<OfferedCommand> found;
  std::vector<std::string> names;
  for (const auto& one : offered) {
    names.push_back(one.command->name);
    if (one.command->name == rest[0]) found.push_back(one);
  }
  if (found.empty())
    return fail(fmt::format("{} has no command \"{}\"{}\nTry \"tickwork {} --help\".", name,
                            rest[0], did_you_mean(rest[0], names), name),
                exit_usage);
  if (found.size() > 1) return several_offer(rest[0], found);
  rest.erase(rest.begin());
  return run_loaded(catalogue, found.front(), rest);
}

}  // namespace tickwork::host
