// SPDX-License-Identifier: MIT
// Script options as fields for tw.instances/1: plain values as they are, lists and durations as
// TOML literals in a string.
#pragma once

#include <tickwork/tickwork.hpp>

#include <deque>

#include "kit/tickscript/tickscript.hpp"
#include "task.hpp"

namespace tickwork::stream {

inline std::string toml_string(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + '"';
}

inline std::string toml_literal(const Value& v) {
  switch (v.type) {
    case Type::boolean:
      return v.integer ? "true" : "false";
    case Type::integer:
      return std::to_string(v.integer);
    case Type::real:
      return lambda::plain(v.real);
    case Type::duration:
      return toml_string(tickscript::format_duration(v.integer));
    default:
      return toml_string(v.text);
  }
}

/// Repeated options become one list.
class OptionFields {
 public:
  explicit OptionFields(const Options& options) {
    for (auto& option : merged(options)) add(option);
  }
  const tw_field* data() const { return fields_.data(); }
  size_t size() const { return fields_.size(); }

 private:
  static Options merged(const Options& options) {
    Options out;
    for (auto& option : options) {
      auto same =
          std::find_if(out.begin(), out.end(), [&](auto& o) { return o.name == option.name; });
      if (same == out.end()) {
        out.push_back(option);
        continue;
      }
      same->list = true;
      same->values.insert(same->values.end(), option.values.begin(), option.values.end());
    }
    return out;
  }
  void add(const Option& option) {
    const std::string& name = text_.emplace_back(option.name);
    if (!option.list && option.values.size() == 1) {
      const Value& v = option.values[0];
      if (v.type == Type::string)
        fields_.push_back({str(name), value(text_.emplace_back(v.text))});
      else if (v.type == Type::boolean)
        fields_.push_back({str(name), value(v.integer != 0)});
      else if (v.type == Type::integer)
        fields_.push_back({str(name), value(v.integer)});
      else if (v.type == Type::real)
        fields_.push_back({str(name), value(v.real)});
      else
        fields_.push_back({str(name), value(text_.emplace_back(toml_literal(v)))});
      return;
    }
    std::string list = "[";
    for (auto& v : option.values) list += (list.size() > 1 ? ", " : "") + toml_literal(v);
    fields_.push_back({str(name), value(text_.emplace_back(list + "]"))});
  }
  std::deque<std::string> text_;  // stable addresses
  std::vector<tw_field> fields_;
};

}  // namespace tickwork::stream
