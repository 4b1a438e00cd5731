// SPDX-License-Identifier: MIT
#include "config/toml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tickwork::host {
namespace {

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

struct TomlWriter {
  std::string operator()(const std::string& text) const { return toml_string(text); }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(int64_t number) const { return fmt::to_string(number); }
  std::string operator()(double number) const {
    auto text = fmt::to_string(number);
    if (text.find_first_of(".en") == text.npos) text += ".0";
    return text;
  }
  std::string operator()(const Array& list) const {
    std::string text;
    for (const Value& value : list) text += (text.empty() ? "" : ", ") + toml_text(value);
    return "[" + text + "]";
  }
  std::string operator()(const Table& table) const {
    std::string text;
    for (const auto& [key, value] : table)
      text += fmt::format("{}{} = {}", text.empty() ? " " : ", ", toml_key(key), toml_text(value));
    return table.empty() ? "{}" : "{" + text + " }";
  }
};

bool is_list_of_tables(const Value& value) {
  const auto* list = std::get_if<Array>(&value.data);
  return list && !list->empty() && std::all_of(list->begin(), list->end(), [](const Value& v) {
           return std::holds_alternative<Table>(v.data);
         });
}

// Plain values before tables: a line behind a heading belongs to that table.
void write_table(const std::string& path, const std::string& indent, const Table& table,
                 std::string& text) {
  for (const auto& [key, value] : table)
    if (!std::holds_alternative<Table>(value.data) && !is_list_of_tables(value))
      text += fmt::format("{}{} = {}\n", indent, toml_key(key), toml_text(value));
  for (const auto& [key, value] : table) {
    const auto inner = path + "." + toml_key(key);
    if (const auto* one = std::get_if<Table>(&value.data)) {
      text += fmt::format("{}[{}]\n", indent, inner);
      write_table(inner, indent + "  ", *one, text);
    } else if (is_list_of_tables(value)) {
      for (const Value& each : std::get<Array>(value.data)) {
        text += fmt::format("{}[[{}]]\n", indent, inner);
        write_table(inner, indent + "  ", std::get<Table>(each.data), text);
      }
    }
  }
}

// "org.example.cpu:inputs.cpu" stands in quotes below its kind.
std::string path_of_plugin(const std::string& plugin) {
  const auto colon = plugin.find(':');
  if (colon == plugin.npos) return plugin;
  const auto id = plugin.substr(colon + 1);
  return id.substr(0, id.find('.')) + "." + toml_string(plugin);
}

}  // namespace

std::string toml_key(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  return bare ? std::string{key} : toml_string(key);
}

std::string toml_text(const Value& value) { return std::visit(TomlWriter{}, value.data); }

std::string instance_toml(const std::string& plugin, const Table& table) {
  const auto path = path_of_plugin(plugin);
  auto text = fmt::format("[[{}]]\n", path);
  write_table(path, "  ", table, text);
  return text;
}

}  // namespace tickwork::host
