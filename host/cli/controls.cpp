// SPDX-License-Identifier: MIT
#include "cli/controls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <sstream>

#include "cli/instance_list.hpp"
#include "cli/library_list.hpp"
#include "config/credentials.hpp"
#include "config/options.hpp"
#include "config/setting.hpp"
#include "config/toml_text.hpp"
#include "graph/batch.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

const std::vector<std::string> verbs{"list", "show",    "libraries", "add",    "remove",
                                     "set",  "restore", "changes",   "reload", "flush"};

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Failure wrong(std::string text) { return {TW_E_INVALID, std::move(text)}; }

// What the plugin of an instance declares, and the format that its table names.
Result<std::vector<OptionInfo>> options_of(const Catalogue& catalogue,
                                           const InstanceConfig& config) {
  const auto plugin = catalogue.find(config.plugin);
  if (!plugin)
    return wrong(
        fmt::format("cannot tell the options of {}: {}", config.name, plugin.failure().message));
  auto options = (*plugin)->options;
  const auto* format = find(config.options.values, "data_format");
  const auto* id = format ? std::get_if<std::string>(&format->data) : nullptr;
  if (const auto found = id ? catalogue.find("formats." + *id) : Failure{})
    for (const OptionInfo& option : (*found)->options)
      if (!option_named(options, option.key)) options.push_back(option);
  return options;
}

}  // namespace

Result<std::string> Controls::answer(const ControlRequest& request) {
  const std::string& verb = request.words[0];
  if (verb == "list") return instance_table(graph_);
  if (verb == "list-json") return instance_json(graph_);
  if (verb == "libraries") return library_table(graph_);
  if (verb == "libraries-json") return library_json(graph_);
  if (verb == "changes") return to_text(changes_);
  if (verb == "flush") {
    graph_.flush();
    return std::string{};
  }
  if (verb == "reload") return change(changes_, request);
  if (verb == "add") return add(request);
  if (verb == "remove") return remove(request);
  if (verb == "restore") return restore(request);
  if (verb == "set") return set(request);
  if (verb == "show") return show(request);
  return wrong(fmt::format("the host knows no \"{}\"{}", verb, did_you_mean(verb, verbs)));
}

// add NAME [INSTANCE...]: the instances make room for what is added.
Result<std::string> Controls::add(const ControlRequest& request) {
  const auto& words = request.words;
  if (words.size() < 2 || !is_name(words[1]))
    return wrong("add needs a name of letters, digits, - and _ for what is added");
  if (request.body.empty()) return wrong("add needs tables such as [[inputs.cpu]]");
  RuntimeChanges wanted = changes_;
  wanted.added[words[1]] = request.body;
  if (const Done done = remove_all(wanted, std::span{words}.subspan(2)); !done)
    return done.failure();
  return change(std::move(wanted), request);
}

Result<std::string> Controls::remove(const ControlRequest& request) {
  if (request.words.size() < 2)
    return wrong("remove needs the name of an instance, as list tells it");
  RuntimeChanges wanted = changes_;
  if (const Done done = remove_all(wanted, std::span{request.words}.subspan(1)); !done)
    return done.failure();
  return change(std::move(wanted), request);
}

Done Controls::configured(const std::string& name) const {
  std::vector<std::string> running;
  graph_.visit([&](const tw_instance_info& info) {
    const std::string_view name = view(info.name);
    // "outputs.file/formats.influx" was made by its owner.
    if (name.find('/') == name.npos) running.emplace_back(name);
  });
  if (std::find(running.begin(), running.end(), name) == running.end())
    return wrong(fmt::format("there is no instance {}{}", name, did_you_mean(name, running)));
  return std::monostate{};
}

Done Controls::remove_all(RuntimeChanges& wanted, std::span<const std::string> names) const {
  for (const auto& name : names) {
    if (const Done found = configured(name); !found) return found;
    wanted.removed.insert(name);
  }
  return std::monostate{};
}

// set INSTANCE, in the body a line KEY=VALUE for each option.
Result<std::string> Controls::set(const ControlRequest& request) {
  if (request.words.size() != 2 || request.body.empty())
    return wrong("set needs an instance, as list tells it, and KEY=VALUE");
  const auto& name = request.words[1];
  if (const Done found = configured(name); !found) return found.failure();
  const auto options = options_of(catalogue_, *graph_.configuration_of(name));
  if (!options) return options.failure();
  RuntimeChanges wanted = changes_;
  ControlRequest told = request;
  std::istringstream lines{request.body};
  for (std::string line; std::getline(lines, line);) {
    auto setting = read_setting(line, *options);
    if (!setting) return wrong(fmt::format("set {}: {}", name, setting.failure().message));
    auto& [key, value] = *setting;
    if (key == "alias")
      return wrong(
          fmt::format("set {}: alias is part of the name; remove the instance and add it "
                      "with the other alias",
                      name));
    const auto* option = option_named(*options, key);
    told.words.push_back(key);
    wanted.set[name][key] = {std::move(value), option && (option->flags & TW_SECRET)};
  }
  return change(std::move(wanted), told);
}

// show INSTANCE: its table, secrets and credentials masked.
Result<std::string> Controls::show(const ControlRequest& request) const {
  if (request.words.size() != 2) return wrong("show needs the name of one instance");
  const auto& name = request.words[1];
  const auto config = graph_.configuration_of(name);
  if (!config) return configured(name).failure();
  const auto options = options_of(catalogue_, *config);
  if (!options) return options.failure();
  Table table = config->raw;
  for (auto& [key, value] : table) {
    const auto* option = option_named(*options, key);
    if (option && (option->flags & TW_SECRET)) {
      value.data = std::string{masked};
    } else {
      value = without_credentials(std::move(value));
    }
  }
  return instance_toml(config->plugin, table);
}

// restore NAME: what was added goes, what was removed returns, what was set is as before.
Result<std::string> Controls::restore(const ControlRequest& request) {
  if (request.words.size() < 2)
    return wrong("restore needs a name that was added or an instance that was removed or set");
  RuntimeChanges wanted = changes_;
  for (const auto& name : std::span{request.words}.subspan(1)) {
    if (wanted.added.erase(name) + wanted.removed.erase(name) + wanted.set.erase(name) > 0)
      continue;
    return wrong(
        fmt::format("{} was neither added nor removed nor set; \"changes\" tells what was", name));
  }
  return change(std::move(wanted), request);
}

Result<std::string> Controls::change(RuntimeChanges wanted, const ControlRequest& request) {
  std::string words;
  for (const auto& word : request.words) words += " " + word;
  log_.info("agent", fmt::format("ctl{} ({})", words, request.sender));
  if (const Done done = reload_(wanted); !done) {
    if (done.failure().status != TW_E_INVALID && !(wanted == changes_)) {
      static_cast<void>(reload_(changes_));  // what runs is again what "changes" tells
    }
    return done.failure();
  }
  changes_ = std::move(wanted);
  return std::string{};
}

}  // namespace tickwork::host
