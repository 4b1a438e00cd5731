// SPDX-License-Identifier: MIT
#include "cli/loading.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/locations.hpp"

namespace tickwork::host {
namespace {

std::vector<std::string> default_configuration() {
  for (const char* name : {"TICKWORK_CONFIG_PATH", "TELEGRAF_CONFIG_PATH"})
    if (const char* path = std::getenv(name); path && *path) return {path};
  std::vector<std::string> found;
  std::error_code ignored;
  for (const char* path : {"/etc/tickwork/tickwork.toml", "/etc/tickwork/tickwork.d"})
    if (std::filesystem::exists(path, ignored)) found.emplace_back(path);
  return found;
}

}  // namespace

void add_loading_options(CommandLine& line) {
  line.add()("config,c", many()->value_name("FILE|DIR"), "read this configuration (repeatable)")(
      "config-directory", many()->value_name("DIR"), "read all .toml and .conf files (repeatable)")(
      "set", many()->value_name("NAME|FILE"), "read a set that comes with Tickwork (repeatable)")(
      "plugin-path", many()->value_name("DIR|FILE"), "look for plugins here first (repeatable)")(
      "lenient", "leave out instances with mistakes instead of ending")(
      "non-strict-env-handling", "replace environment variables in the text, not only in strings")(
      "strict-env-handling", "replace environment variables in strings only (the default)");
}

Result<LoadingRequest> loading_request(const CommandLine& line) {
  LoadingRequest request;
  request.mode.lenient = line.has("lenient");
  request.mode.raw_environment = line.has("non-strict-env-handling");
  request.plugin_paths = line.list("plugin-path");
  auto& paths = request.configuration_paths;
  for (const char* option : {"config", "config-directory"})
    for (auto& path : line.list(option)) paths.push_back(std::move(path));
  auto sets = line.list("set");
  for (auto& bare : line.list("path")) sets.push_back(std::move(bare));
  for (const auto& name : sets) {
    const auto file = set_file(name);
    if (!file) return file.failure();
    paths.push_back(*file);
  }
  if (paths.empty()) paths = default_configuration();
  if (paths.empty())
    return Failure{TW_E_NOT_FOUND,
                   "no configuration: name one with -c FILE or --set NAME, or write "
                   "/etc/tickwork/tickwork.toml"};
  return request;
}

LoadedConfiguration load_configuration(const LoadingRequest& request) {
  const auto sources = read_sources(request.configuration_paths, request.mode);
  auto paths = request.plugin_paths;
  for (auto& path : plugin_paths(sources)) paths.push_back(std::move(path));
  LoadedConfiguration loaded{scan_plugins(std::move(paths)), {}};
  loaded.checked = check_sources(sources, loaded.catalogue, request.mode);
  require_instances(request, loaded.checked);
  return loaded;
}

void require_instances(const LoadingRequest& request, CheckedConfiguration& checked) {
  if (!checked.configuration.instances.empty() || !checked.errors.empty()) return;
  checked.errors.push_back(about_file(request.configuration_paths.front(),
                                      "names no plugin; write a table such as [[inputs.cpu]]"));
}

void print_diagnostics(const CheckedConfiguration& checked) {
  for (const auto& warning : checked.warnings)
    fmt::print(stderr, "{} (warning)\n", to_text(warning));
  for (const auto& error : checked.errors) fmt::print(stderr, "{}\n", to_text(error));
}

}  // namespace tickwork::host
