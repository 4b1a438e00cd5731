// SPDX-License-Identifier: MIT
// A plugin's page, from the constant tables that the probe read.
#include <fmt/format.h>
#include <tickwork/config.h>

#include "config/host_options.hpp"
#include "config/sample.hpp"
#include "config/wording.hpp"
#include "docs/page.hpp"

namespace tickwork::host {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", word);
  return out;
}

std::string option_note(const OptionInfo& option) {
  std::string note{option.flags & TW_LIST ? "list of " : ""};
  note += option_type_name(option.type);
  if (option.flags & TW_REQUIRED) note += ", required";
  if (option.flags & TW_SECRET) note += ", secret";
  if (option.has_value) note += fmt::format(", default `{}`", option.value);
  return note;
}

Terms option_terms(const PluginInfo& plugin) {
  Terms terms;
  for (const auto& option : plugin.options)
    terms.push_back({option.key, option_note(option), option.doc});
  return terms;
}

std::string behaviour(const PluginInfo& plugin) {
  std::string text = fmt::format("It offers {}.", joined(plugin.exts));
  if (plugin.flags & TW_CONCURRENT) text += " Calls of one instance may overlap.";
  if (plugin.flags & TW_ISOLATE) text += " It asks for a process of its own.";
  if (plugin.flags & TW_EXCLUSIVE) text += " A reload stops it and starts it again.";
  return text;
}

Terms command_terms(const PluginInfo& plugin) {
  const auto kind = plugin.id.substr(0, plugin.id.find('.'));
  Terms terms;
  for (const auto& command : plugin.commands)
    terms.push_back(
        {fmt::format("tickwork {} {} {}", kind, command.name, command.usage), "", command.summary});
  return terms;
}

std::string host_keys_text(const std::string& id) {
  std::vector<std::string> keys;
  for (const auto& option : host_options_of(id)) keys.emplace_back(option.key);
  return fmt::format("{}: see tickwork.toml(5).", joined(keys));
}

}  // namespace

Page plugin_page(const PluginInfo& plugin, const ModuleInfo& module) {
  Page page{"tickwork-" + plugin.id, 7, plugin.summary, {}};
  auto& blocks = page.blocks;
  blocks.push_back(Heading{"Synopsis"});
  blocks.push_back(Code{fmt::format("[[{}]]", plugin.id)});
  blocks.push_back(Heading{"Description"});
  blocks.push_back(Paragraph{fmt::format(
      "A plugin of Tickwork, in the module `{}`, version {}, licence {}. {} Every table `[[{}]]` "
      "of the configuration is an instance of it.",
      module.id, module.version, module.license, behaviour(plugin), plugin.id)});
  blocks.push_back(Heading{"Options"});
  if (plugin.options.empty())
    blocks.push_back(Paragraph{"None of its own."});
  else
    blocks.push_back(option_terms(plugin));
  if (!plugin.commands.empty()) {
    blocks.push_back(Heading{"Commands"});
    blocks.push_back(command_terms(plugin));
  }
  blocks.push_back(Heading{"Options of every instance of this kind"});
  blocks.push_back(Paragraph{host_keys_text(plugin.id)});
  blocks.push_back(Heading{"Example"});
  blocks.push_back(Code{sample_text(plugin)});
  blocks.push_back(Heading{"See also"});
  blocks.push_back(Paragraph{"tickwork(1), tickwork.toml(5)"});
  return page;
}

}  // namespace tickwork::host
