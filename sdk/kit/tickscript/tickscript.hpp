// SPDX-License-Identifier: MIT
// TICKscript: text to syntax tree, and the tree back to formatted text.
//
//   auto parsed = tickwork::tickscript::parse("stream|from().measurement('cpu')");
//   if (!parsed.root) complain(parsed.error);  // "parser: unexpected EOF line 1 char 9 ..."
//   std::string tidy = tickwork::tickscript::format(*parsed.root);
//
// The kit knows the language, not the nodes: what `from` means is for whoever walks the tree. Trees
// are immutable once parsed and may be shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::tickscript {

/// Every token, in the order in which it is listed in error messages' numbers.
enum class Token : uint8_t {
  error,
  eof,
  var,
  assign,
  dot,
  pipe,
  at,
  identifier,
  reference,
  lambda,
  number,
  string,
  duration,
  left_paren,
  right_paren,
  left_bracket,
  right_bracket,
  comma,
  not_,
  true_,
  false_,
  regex,
  comment,
  star,
  dbrp,
  plus,
  minus,
  multiply,
  divide,
  modulo,
  and_,
  or_,
  equal,
  not_equal,
  less,
  greater,
  less_equal,
  greater_equal,
  regex_match,
  regex_mismatch,
};

/// The token as error messages and formatted scripts show it.
std::string_view name(Token token);

constexpr bool is_math(Token t) { return t >= Token::plus && t <= Token::modulo; }
constexpr bool is_logical(Token t) { return t == Token::and_ || t == Token::or_; }
constexpr bool is_comparison(Token t) { return t >= Token::equal; }
constexpr bool is_operator(Token t) { return t >= Token::plus; }

/// Where a node begins. Line and column count from 1, the column in bytes.
struct Position {
  size_t offset = 0;
  int line = 1;
  int column = 1;
};

enum class Kind : uint8_t {
  program,
  comment,
  declaration,
  type_declaration,
  dbrp,
  chain,
  identifier,
  reference,
  string,
  integer,
  real,
  duration,
  boolean,
  regex,
  star,
  list,
  function,
  lambda,
  unary,
  binary,
};

struct Node;
using NodePtr = std::shared_ptr<Node>;
using Comment = std::shared_ptr<const std::vector<std::string>>;  ///< its lines, without slashes

/// One node. Which members mean something depends on `kind`:
///
///   declaration       text = name, children = {value}
///   type_declaration  text = name, type = the type's name
///   dbrp              text = database, type = retention policy
///   chain             op = dot, pipe or at; children = {left, right}, right a function or
///   identifier identifier, reference, string, regex   text (regex and string unescaped) integer,
///   real, duration, boolean       integer (ns for a duration, 0/1), real list, program children
///   function          text = name, children = arguments
///   lambda, unary     children = {expression}; unary: op
///   binary            op, children = {left, right}; position is the operator's
///   comment           a comment that belongs to no other node
struct Node {
  Kind kind;
  Position at;
  Token op = Token::eof;
  bool parens = false;      ///< a binary expression written in parentheses
  bool multi_line = false;  ///< arguments or operands spanned lines in the source
  bool triple = false;      ///< a string in three quotes
  bool octal = false;       ///< an integer written with a leading zero
  int64_t integer = 0;
  double real = 0;
  std::string text;
  std::string type;
  std::string literal;  ///< a duration or regular expression as written
  std::vector<NodePtr> children;
  Comment comment;
};

struct Parsed {
  NodePtr root;       ///< empty when the text is wrong
  std::string error;  ///< then: the sentence Kapacitor would say
};

/// Parses a whole script; the root is a `program`.
Parsed parse(std::string_view text);

/// Parses a bare lambda body (as in a handler's `match`); the root is a `lambda`.
Parsed parse_lambda(std::string_view text);

/// The text of a tree: one chained call a line, four spaces deeper, properties eight.
std::string format(const Node& node);

/// The body of a lambda on one line, without `lambda:`.
std::string format_expression(const Node& lambda);

/// A duration as TICKscript writes it in its largest whole unit: 90 s is "90s", 120 s is "2m".
std::string format_duration(int64_t nanoseconds);

/// Reads "10s", "5m", "250ms"...; false when the text is no duration.
bool parse_duration(std::string_view text, int64_t& nanoseconds);

/// Whether two trees mean the same, positions and comments aside.
bool equal(const Node& a, const Node& b);

}  // namespace tickwork::tickscript
