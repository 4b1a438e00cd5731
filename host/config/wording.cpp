// SPDX-License-Identifier: MIT
#include "config/wording.hpp"

#include <fmt/format.h>

namespace tickwork::host {
namespace {

struct Words {
  uint32_t type;
  std::string_view name, one, many;
};

constexpr Words words[] = {
    {TW_OPT_STRING, "string", "a string", "a list of strings such as [\"a\", \"b\"]"},
    {TW_OPT_BOOL, "boolean", "true or false", "a list such as [true, false]"},
    {TW_OPT_INT, "integer", "an integer", "a list of integers such as [1, 2]"},
    {TW_OPT_FLOAT, "float", "a number", "a list of numbers such as [0.5, 1.0]"},
    {TW_OPT_DURATION, "duration", "a duration such as \"10s\", \"1h30m\" or a number of seconds",
     "a list of durations such as [\"10s\", \"1m\"]"},
    {TW_OPT_SIZE, "size", "a size such as \"64MiB\", \"10KB\" or a number of bytes",
     "a list of sizes such as [\"1MiB\"]"},
    {TW_OPT_TABLE, "table", "a table", "a list of tables"},
};

constexpr Words unknown{0, "unknown", "something else", "something else"};

const Words& words_for(uint32_t type) {
  for (const auto& row : words)
    if (row.type == type) return row;
  return unknown;
}

struct Shower {
  bool secret;

  std::string operator()(const std::string& text) const {
    if (secret) return "a string";
    const bool cut = text.size() > 60;
    return fmt::format("the string \"{}{}\"", text.substr(0, 60), cut ? "..." : "");
  }
  std::string operator()(bool value) const {
    return value ? "the boolean true" : "the boolean false";
  }
  std::string operator()(int64_t value) const {
    return secret ? "an integer" : fmt::format("the integer {}", value);
  }
  std::string operator()(double value) const {
    return secret ? "a number" : fmt::format("the number {}", value);
  }
  std::string operator()(const Array&) const { return "a list"; }
  std::string operator()(const Table&) const { return "a table"; }
};

}  // namespace

std::string_view wanted(uint32_t option_type) { return words_for(option_type).one; }
std::string_view wanted_list(uint32_t option_type) { return words_for(option_type).many; }
std::string_view option_type_name(uint32_t option_type) { return words_for(option_type).name; }

std::string shown(const Value& value, bool secret) {
  return std::visit(Shower{secret}, value.data);
}

Diagnostic about_file(const std::string& file, std::string text) {
  Diagnostic diagnostic;
  diagnostic.origin.file = file;
  diagnostic.text = std::move(text);
  return diagnostic;
}

std::string to_text(const Origin& origin) {
  if (origin.line == 0) return origin.file;
  return fmt::format("{}:{}:{}", origin.file, origin.line, origin.column);
}

std::string to_text(const Diagnostic& diagnostic) {
  if (diagnostic.origin.file.empty()) return diagnostic.text;
  return to_text(diagnostic.origin) + ": " + diagnostic.text;
}

}  // namespace tickwork::host
