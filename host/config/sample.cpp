// SPDX-License-Identifier: MIT
#include "config/sample.hpp"

#include <fmt/format.h>

#include "config/host_options.hpp"

namespace tickwork::host {
namespace {

// What a required option without a default shows: of its type, and to be replaced.
const char* placeholder(const OptionInfo& option) {
  if (option.flags & TW_LIST) return "[]";
  switch (option.type) {
    case TW_OPT_BOOL:
      return "false";
    case TW_OPT_INT:
      return "0";
    case TW_OPT_FLOAT:
      return "0.0";
    case TW_OPT_DURATION:
      return "\"0s\"";
    case TW_OPT_SIZE:
      return "\"0B\"";
    default:
      return "\"\"";
  }
}

// Values go first: what follows a sub table would belong to it.
std::string value_lines(const OptionInfo& option) {
  const bool required = option.flags & TW_REQUIRED;
  const auto value = option.has_value ? option.value : placeholder(option);
  return fmt::format("  ## {}{}\n  {}{} = {}\n", option.doc, required ? " (required)" : "",
                     required ? "" : "# ", option.key, value);
}

std::string table_lines(const PluginInfo& plugin, const OptionInfo& option) {
  const bool required = option.flags & TW_REQUIRED;
  const bool list = option.flags & TW_LIST;
  return fmt::format("\n  ## {}{}\n  {}{}{}.{}{}\n", option.doc, required ? " (required)" : "",
                     required ? "" : "# ", list ? "[[" : "[", plugin.id, option.key,
                     list ? "]]" : "]");
}

}  // namespace

std::string sample_text(const PluginInfo& plugin, bool host_options) {
  std::string text = fmt::format("# {}\n[[{}]]\n", plugin.summary, plugin.id);
  for (const auto& option : plugin.options)
    if (option.type != TW_OPT_TABLE) text += value_lines(option);
  if (host_options) {
    text += "\n  ## Options of every instance of this kind\n";
    for (const auto& option : host_options_of(plugin.id))
      text += fmt::format("  ## {}\n  # {} = {}\n", option.doc, option.key, option.value);
  }
  for (const auto& option : plugin.options)
    if (option.type == TW_OPT_TABLE) text += table_lines(plugin, option);
  return text;
}

}  // namespace tickwork::host
