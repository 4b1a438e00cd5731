// SPDX-License-Identifier: MIT
#include "module/description.hpp"

#include <boost/json.hpp>

namespace tickwork::host {
namespace {

namespace json = boost::json;

constexpr int format = 2;  // raised when the text below changes: older cache files are then ignored

json::object option_json(const OptionInfo& option) {
  json::object out{
      {"key", option.key}, {"type", option.type}, {"flags", option.flags}, {"doc", option.doc}};
  if (option.has_value) out["value"] = option.value;
  return out;
}

json::object plugin_json(const PluginInfo& plugin) {
  json::array options, exts, commands;
  for (const auto& option : plugin.options) options.push_back(option_json(option));
  for (const auto& ext : plugin.exts) exts.push_back(json::string(ext));
  for (const auto& command : plugin.commands)
    commands.push_back(json::object{
        {"name", command.name}, {"usage", command.usage}, {"summary", command.summary}});
  return {{"id", plugin.id},       {"summary", plugin.summary},
          {"flags", plugin.flags}, {"options", options},
          {"exts", exts},          {"commands", commands}};
}

json::object module_json(const ModuleInfo& module) {
  json::array plugins;
  for (const auto& plugin : module.plugins) plugins.push_back(plugin_json(plugin));
  return {{"format", format},
          {"id", module.id},
          {"version", module.version},
          {"license", module.license},
          {"plugins", plugins}};
}

std::string text(const json::object& object, const char* key) {
  return std::string{object.at(key).as_string()};
}

uint32_t number(const json::object& object, const char* key) {
  return object.at(key).to_number<uint32_t>();
}

OptionInfo option_of(const json::object& object) {
  OptionInfo option{text(object, "key"),     {},
                    text(object, "doc"),     number(object, "type"),
                    number(object, "flags"), object.contains("value")};
  if (option.has_value) option.value = text(object, "value");
  return option;
}

PluginInfo plugin_of(const json::object& object) {
  PluginInfo plugin{
      text(object, "id"), text(object, "summary"), number(object, "flags"), {}, {}, {}};
  for (const auto& option : object.at("options").as_array())
    plugin.options.push_back(option_of(option.as_object()));
  for (const auto& ext : object.at("exts").as_array()) plugin.exts.emplace_back(ext.as_string());
  for (const auto& entry : object.at("commands").as_array()) {
    const auto& command = entry.as_object();
    plugin.commands.push_back(
        {text(command, "name"), text(command, "usage"), text(command, "summary")});
  }
  return plugin;
}

Description description_of(const json::object& object) {
  if (number(object, "format") != format) throw std::runtime_error{"another format"};
  if (object.contains("refused")) return Refusal{{}, text(object, "refused")};
  ModuleInfo module;
  module.id = text(object, "id");
  module.version = text(object, "version");
  module.license = text(object, "license");
  for (const auto& plugin : object.at("plugins").as_array())
    module.plugins.push_back(plugin_of(plugin.as_object()));
  return module;
}

}  // namespace

std::string to_json(const Description& description) {
  if (const auto* refusal = std::get_if<Refusal>(&description))
    return json::serialize(json::object{{"format", format}, {"refused", refusal->reason}});
  return json::serialize(module_json(std::get<ModuleInfo>(description)));
}

Result<Description> description_from_json(std::string_view text) {
  try {
    return description_of(json::parse(text).as_object());
  } catch (const std::exception& error) {
    return Failure{TW_E_INVALID, error.what()};
  }
}

}  // namespace tickwork::host
