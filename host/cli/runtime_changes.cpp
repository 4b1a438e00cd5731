// SPDX-License-Identifier: MIT
#include "cli/runtime_changes.hpp"

#include <fmt/format.h>

namespace tickwork::host {

CheckedConfiguration reload_configuration(const LoadingRequest& request, const Catalogue& catalogue,
                                          const RuntimeChanges& changes) {
  auto sources = read_sources(request.configuration_paths, request.mode);
  for (const auto& [name, text] : changes.added)
    add_source(name + ".toml", text, request.mode, sources);
  auto checked = check_sources(sources, catalogue, request.mode);
  if (changes.empty()) require_instances(request, checked);
  if (!checked.errors.empty()) return checked;
  auto& instances = checked.configuration.instances;
  for (const auto& name : changes.removed) {
    const auto removed = std::erase_if(
        instances, [&](const InstanceConfig& instance) { return instance.name == name; });
    if (removed == 0)
      checked.warnings.push_back(about_file(name,
                                            "was removed while running and is not in the "
                                            "configuration any more"));
  }
  return checked;
}

std::string to_text(const RuntimeChanges& changes) {
  std::string text;
  for (const auto& name : changes.removed) text += fmt::format("# removed: {}\n", name);
  for (const auto& [name, tables] : changes.added) {
    text += fmt::format("# added: {}\n{}", name, tables);
    if (!tables.ends_with('\n')) text += '\n';
  }
  return text;
}

}  // namespace tickwork::host
