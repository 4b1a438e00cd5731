// SPDX-License-Identifier: MIT
#include "config/set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/glob.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

const Value* member(const Table& table, std::string_view key) {
  const auto it = std::find_if(table.begin(), table.end(),
                               [&](const auto& entry) { return entry.first == key; });
  return it == table.end() ? nullptr : &it->second;
}

const Table* table_of(const Value* value) {
  return value ? std::get_if<Table>(&value->data) : nullptr;
}

bool names(const Table& set, const std::string& plugin) {
  const auto* value = member(set, "plugins");
  const auto* patterns = value ? std::get_if<Array>(&value->data) : nullptr;
  if (!patterns) return false;
  return std::any_of(patterns->begin(), patterns->end(), [&](const Value& pattern) {
    const auto* text = std::get_if<std::string>(&pattern.data);
    return text && glob_match(*text, plugin);
  });
}

bool configures(const Table& file, const std::string& plugin) {
  const auto dot = plugin.find('.');
  const auto* kind = table_of(member(file, plugin.substr(0, dot)));
  return kind && member(*kind, plugin.substr(dot + 1));
}

}  // namespace

bool in_set(const Sources& sources, const std::string& plugin) {
  bool any = false;
  for (const auto& file : sources.files)
    if (const auto* set = table_of(member(file.table, "set"))) {
      any = true;
      if (names(*set, plugin)) return true;
    }
  return !any && std::any_of(sources.files.begin(), sources.files.end(),
                             [&](const Source& file) { return configures(file.table, plugin); });
}

std::vector<Diagnostic> check_set(const Table& table) {
  std::vector<Diagnostic> errors;
  for (const auto& [key, value] : table) {
    const bool list = key == "plugins";
    if (!list && key != "name" && key != "summary")
      errors.push_back(
          {value.origin, fmt::format("[set] has no option \"{}\"{}", key,
                                     did_you_mean(key, {"name", "summary", "plugins"}))});
    else if (list ? !std::holds_alternative<Array>(value.data)
                  : !std::holds_alternative<std::string>(value.data))
      errors.push_back({value.origin, fmt::format("[set] \"{}\" must be {}", key,
                                                  list ? "a list of plugin ids" : "a string")});
  }
  return errors;
}

}  // namespace tickwork::host
