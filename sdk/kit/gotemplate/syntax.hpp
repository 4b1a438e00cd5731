// SPDX-License-Identifier: MIT
// The parsed form of a template.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kit/gotemplate/gotemplate.hpp"

namespace tickwork::gotemplate {

struct Pipeline;

struct Operand {
  enum class Kind : uint8_t { literal, dot, variable, function, parentheses } kind = Kind::dot;
  Value literal;
  std::string name;                 // variable or function
  std::vector<std::string> fields;  // .a.b after it
  std::shared_ptr<Pipeline> inside;
};

struct Pipeline {
  std::vector<std::string> variables;  // declared or assigned
  bool assign = false;                 // "=" instead of ":="
  std::vector<std::vector<Operand>> commands;
};

struct Piece {
  enum class Kind : uint8_t { text, action, if_, range, with } kind = Kind::text;
  std::string text;
  Pipeline pipeline;
  int line = 1;
  std::vector<Piece> then, otherwise;
};

struct Body {
  std::string name;
  std::vector<Piece> pieces;
};

/// Parses; on failure returns nullptr with error set.
std::unique_ptr<Body> parse_body(std::string_view name, std::string_view text, std::string& error);

bool is_function(std::string_view name);

/// Calls a function with its arguments, or a method of a value (Format, Seconds ...).
bool call_function(std::string_view name, const std::vector<Value>& args, Value& out,
                   std::string& error);
bool call_method(const Value& on, std::string_view name, const std::vector<Value>& args, Value& out,
                 std::string& error);
bool truth(const Value& value);
std::string escape_html(std::string_view text);

}  // namespace tickwork::gotemplate
