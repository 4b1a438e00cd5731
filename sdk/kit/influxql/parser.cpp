// SPDX-License-Identifier: MIT
// The parser's token handling, the pieces shared by statements, and the entry points.
#include "parser.hpp"

#include <charconv>
#include <limits>

namespace tickwork::influxql {

namespace {

Token token_of(const Parameter& p) {
  switch (p.kind) {
    case ParameterKind::string:
      return Token::string;
    case ParameterKind::number:
      return Token::number;
    case ParameterKind::integer:
      return Token::integer;
    case ParameterKind::boolean:
      return p.text == "true" ? Token::kw_true : Token::kw_false;
    case ParameterKind::identifier:
      return Token::identifier;
    case ParameterKind::regex:
      return Token::regex;
    case ParameterKind::duration:
      return Token::duration;
  }
  return Token::illegal;
}

}  // namespace

Lexeme Parser::substitute(Lexeme lexeme) const {
  if (lexeme.token != Token::bound_parameter) return lexeme;
  auto found = parameters_.find(std::string_view(lexeme.text).substr(1));
  if (found == parameters_.end()) return lexeme;
  const Parameter& p = found->second;
  return {token_of(p), lexeme.position, p.kind == ParameterKind::boolean ? "" : p.text};
}

Lexeme Parser::scan() {
  if (back_ > 0) {
    --back_;
  } else {
    last_ = (last_ + 1) % history;
    recent_[last_] = lexer_.next();
  }
  return substitute(recent_[(last_ - back_ + history) % history]);
}

Lexeme Parser::scan_regex() {
  if (back_ > 0) return scan();
  last_ = (last_ + 1) % history;
  return recent_[last_] = lexer_.next_regex();
}

Lexeme Parser::scan_skipping_space() {
  for (;;) {
    Lexeme lexeme = scan();
    if (lexeme.token != Token::space && lexeme.token != Token::comment) return lexeme;
  }
}

char32_t Parser::peek_rune() { return lexer_.peek(); }

void Parser::skip_space() {
  if (scan().token != Token::space) back();
}

bool Parser::accept(Token token) {
  if (scan_skipping_space().token == token) return true;
  back();
  return false;
}

void Parser::expect(Token token) {
  Lexeme found = scan_skipping_space();
  if (found.token != token) fail_found(found, {token_text(token)});
}

void Parser::expect(std::initializer_list<Token> tokens) {
  for (Token token : tokens) expect(token);
}

void Parser::fail(const std::string& message, Position at) {
  throw ParseFailure{message + " at line " + std::to_string(at.line + 1) + ", char " +
                     std::to_string(at.column + 1)};
}

void Parser::fail_found(const Lexeme& found, std::initializer_list<std::string_view> expected) {
  std::string list;
  for (std::string_view one : expected) list += (list.empty() ? "" : ", ") + std::string(one);
  fail("found " + found.shown() + ", expected " + list, found.position);
}

std::string Parser::identifier() {
  Lexeme found = scan_skipping_space();
  if (found.token != Token::identifier) fail_found(found, {"identifier"});
  return found.text;
}

// Dotted names: `m`, `rp.m`, `db.rp.m`, `db..m`. Stops before a regex or `:MEASUREMENT`.
std::vector<std::string> Parser::segments() {
  std::vector<std::string> names{identifier()};
  for (;;) {
    if (scan().token != Token::dot) {
      back();
      break;
    }
    char32_t next = peek_rune();
    if (next == '/' || next == ':') break;
    names.push_back(next == '.' ? "" : identifier());
  }
  if (names.size() <= 3) return names;
  std::string path;
  for (size_t i = 0; i < names.size(); ++i) {
    bool last = i + 1 == names.size();
    bool quote = identifier_needs_quotes(names[i]) || (!last && !names[i].empty()) ||
                 ((i == 0 || last) && names[i].empty());
    path += (i ? "." : "") + (quote ? "\"" + names[i] + "\"" : names[i]);
  }
  fail("too many segments in " + path, {});
}

std::string Parser::string() {
  Lexeme found = scan_skipping_space();
  if (found.token != Token::string) fail_found(found, {"string"});
  return found.text;
}

std::vector<std::string> Parser::string_list() {
  std::vector<std::string> list{string()};
  while (accept(Token::comma)) list.push_back(string());
  return list;
}

int64_t Parser::integer_between(int64_t least, int64_t most) {
  Lexeme found = scan_skipping_space();
  if (found.token != Token::integer) fail_found(found, {"integer"});
  int64_t value = 0;
  auto [end, status] =
      std::from_chars(found.text.data(), found.text.data() + found.text.size(), value);
  if (status != std::errc{}) {
    fail("strconv.Atoi: parsing \"" + found.text + "\": value out of range", found.position);
  }
  if (value < least || value > most) {
    fail("invalid value " + std::to_string(value) + ": must be " + std::to_string(least) +
             " <= n <= " + std::to_string(most),
         found.position);
  }
  return value;
}

uint64_t Parser::unsigned_integer() {
  Lexeme found = scan_skipping_space();
  if (found.token != Token::integer) fail_found(found, {"integer"});
  uint64_t value = 0;
  auto [end, status] =
      std::from_chars(found.text.data(), found.text.data() + found.text.size(), value);
  if (status != std::errc{}) {
    fail("strconv.ParseUint: parsing \"" + found.text + "\": value out of range", found.position);
  }
  return value;
}

int64_t Parser::duration() {
  Lexeme found = scan_skipping_space();
  if (found.token == Token::kw_inf) return 0;
  if (found.token != Token::duration) fail_found(found, {"duration"});
  int64_t ns = 0;
  std::string error;
  if (!parse_duration(found.text, ns, error)) fail(error, found.position);
  return ns;
}

int64_t Parser::optional_count(Token keyword_before) {
  if (!accept(keyword_before)) return 0;
  Lexeme found = scan_skipping_space();
  if (found.token != Token::integer) fail_found(found, {"integer"});
  int64_t value = 0;
  auto [end, status] =
      std::from_chars(found.text.data(), found.text.data() + found.text.size(), value);
  if (status != std::errc{}) value = std::numeric_limits<int64_t>::max();
  if (value < 0) fail(std::string(token_text(keyword_before)) + " must be >= 0", found.position);
  return value;
}

std::vector<Statement> Parser::statements() {
  std::vector<Statement> out;
  bool separated = true;
  for (;;) {
    Lexeme lexeme = scan_skipping_space();
    if (lexeme.token == Token::eof) return out;
    if (lexeme.token == Token::semicolon) {
      separated = true;
      continue;
    }
    if (!separated) fail_found(lexeme, {";"});
    back();
    out.push_back(statement());
    separated = false;
  }
}

void Parser::expect_end() {
  Lexeme lexeme = scan_skipping_space();
  if (lexeme.token != Token::eof) fail_found(lexeme, {"EOF"});
}

Parsed parse(std::string_view text, const Parameters& parameters) {
  Parsed out;
  try {
    out.statements = Parser(text, parameters).statements();
  } catch (const ParseFailure& failure) {
    out.error = failure.message;
  }
  return out;
}

ExprPtr parse_expression(std::string_view text, std::string& error) {
  static const Parameters none;
  try {
    Parser parser(text, none);
    ExprPtr out = parser.expression();
    parser.expect_end();
    return out;
  } catch (const ParseFailure& failure) {
    error = failure.message;
    return nullptr;
  }
}

}  // namespace tickwork::influxql
