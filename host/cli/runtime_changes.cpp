// SPDX-License-Identifier: MIT
#include "cli/runtime_changes.hpp"

#include <fmt/format.h>
#include <tickwork/draft/changes.h>

#include <algorithm>

#include "config/environment.hpp"
#include "config/toml_text.hpp"
#include "graph/compare.hpp"

namespace tickwork::host {
namespace {

void stand_at(Value& value, const Origin& origin) {
  value.origin = origin;
  if (auto* list = std::get_if<Array>(&value.data))
    for (Value& each : *list) stand_at(each, origin);
  if (auto* table = std::get_if<Table>(&value.data))
    for (Entry& each : *table) stand_at(each.second, origin);
}

// Mistakes are told as "set inputs.cpu: ...".
Overrides overrides_of(const RuntimeChanges& changes, std::vector<Diagnostic>& errors) {
  Overrides overrides;
  for (const auto& [instance, options] : changes.set) {
    Table& table = overrides[instance];
    for (const auto& [key, option] : options) {
      table.emplace_back(key, option.value);
      stand_at(table.back().second, {"set " + instance, 0, 0});
    }
    expand_strings(table, process_environment, errors);
  }
  return overrides;
}

void warn_of_missing(const std::string& name, const char* what, CheckedConfiguration& checked) {
  checked.warnings.push_back(about_file(
      name, fmt::format("was {} while running and is not in the configuration any more", what)));
}

bool same_options(const std::map<std::string, SetOption>& a,
                  const std::map<std::string, SetOption>& b) {
  Table left, right;
  for (const auto& [key, option] : a) left.emplace_back(key, option.value);
  for (const auto& [key, option] : b) right.emplace_back(key, option.value);
  return same_values(left, right);
}

}  // namespace

bool operator==(const RuntimeChanges& a, const RuntimeChanges& b) {
  const auto same_entry = [](const auto& x, const auto& y) {
    return x.first == y.first && same_options(x.second, y.second);
  };
  return a.added == b.added && a.removed == b.removed &&
         std::equal(a.set.begin(), a.set.end(), b.set.begin(), b.set.end(), same_entry);
}

CheckedConfiguration reload_configuration(const LoadingRequest& request, const Catalogue& catalogue,
                                          const RuntimeChanges& changes) {
  auto sources = read_sources(request.configuration_paths, request.mode);
  for (const auto& [name, text] : changes.added) {
    const size_t files = sources.files.size();
    add_source(name + ".toml", text, request.mode, sources);
    if (sources.files.size() > files) sources.files.back().added_as = name;
  }
  const auto overrides = overrides_of(changes, sources.errors);
  auto checked = check_sources(sources, catalogue, request.mode, overrides);
  if (changes.empty()) require_instances(request, checked);
  if (!checked.errors.empty()) return checked;
  auto& instances = checked.configuration.instances;
  for (const auto& each : changes.set) {
    const std::string& name = each.first;
    if (std::none_of(instances.begin(), instances.end(),
                     [&](const InstanceConfig& instance) { return instance.name == name; }))
      warn_of_missing(name, "set", checked);
  }
  for (const auto& name : changes.removed) {
    const auto removed = std::erase_if(
        instances, [&](const InstanceConfig& instance) { return instance.name == name; });
    if (removed == 0) warn_of_missing(name, "removed", checked);
  }
  return checked;
}

std::vector<InstanceChange> instance_changes(const RuntimeChanges& changes,
                                             const Configuration& configuration) {
  std::vector<InstanceChange> list;
  for (const InstanceConfig& instance : configuration.instances) {
    if (!instance.added_as.empty())
      list.push_back({TW_CHANGE_ADDED, instance.name, instance.added_as});
    const auto set = changes.set.find(instance.name);
    if (set == changes.set.end()) continue;
    std::string keys;
    for (const auto& [key, option] : set->second) keys += (keys.empty() ? "" : ", ") + key;
    list.push_back({TW_CHANGE_SET, instance.name, keys});
  }
  for (const auto& name : changes.removed) list.push_back({TW_CHANGE_REMOVED, name, {}});
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.instance < b.instance; });
  return list;
}

std::string to_text(const RuntimeChanges& changes) {
  std::string text;
  for (const auto& name : changes.removed) text += fmt::format("# removed: {}\n", name);
  for (const auto& [name, tables] : changes.added) {
    text += fmt::format("# added: {}\n{}", name, tables);
    if (!tables.ends_with('\n')) text += '\n';
  }
  for (const auto& [instance, options] : changes.set)
    for (const auto& [key, option] : options)
      text += fmt::format("# set: {} {} = {}\n", instance, toml_key(key),
                          toml_text(option.secret ? Value{std::string{masked}, {}} : option.value));
  return text;
}

}  // namespace tickwork::host
