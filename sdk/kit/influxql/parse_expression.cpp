// SPDX-License-Identifier: MIT
// Expressions: precedence climbing over unary operands.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>

#include "parser.hpp"

namespace tickwork::influxql {

namespace {

// Deep nesting would exhaust the stack of a server thread; no client comes near this.
constexpr int max_depth = 500;
// Of a tree: a chain of operators is as deep as it is long.
constexpr int max_tree = 5'000;

struct Operator {
  Token token;
  Op op;
  int precedence;
};

constexpr Operator operators[] = {{Token::kw_or, Op::logical_or, 1},
                                  {Token::kw_and, Op::logical_and, 2},
                                  {Token::eq, Op::eq, 3},
                                  {Token::neq, Op::neq, 3},
                                  {Token::eq_regex, Op::eq_regex, 3},
                                  {Token::neq_regex, Op::neq_regex, 3},
                                  {Token::lt, Op::lt, 3},
                                  {Token::lte, Op::lte, 3},
                                  {Token::gt, Op::gt, 3},
                                  {Token::gte, Op::gte, 3},
                                  {Token::add, Op::add, 4},
                                  {Token::sub, Op::sub, 4},
                                  {Token::bit_or, Op::bit_or, 4},
                                  {Token::bit_xor, Op::bit_xor, 4},
                                  {Token::mul, Op::mul, 5},
                                  {Token::div, Op::div, 5},
                                  {Token::mod, Op::mod, 5},
                                  {Token::bit_and, Op::bit_and, 5}};

const Operator* operator_of(Token token) {
  auto found = std::find_if(std::begin(operators), std::end(operators),
                            [&](const Operator& o) { return o.token == token; });
  return found == std::end(operators) ? nullptr : found;
}

std::shared_ptr<Expr> node(ExprKind kind) {
  auto out = std::make_shared<Expr>();
  out->kind = kind;
  return out;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

template <typename Number>
bool read_number(const std::string& text, Number& value) {
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc{} && end == text.data() + text.size();
}

DataType cast_named(const std::string& name) {
  if (name == "float") return DataType::float_;
  if (name == "integer") return DataType::integer;
  if (name == "unsigned") return DataType::unsigned_;
  if (name == "string") return DataType::string;
  if (name == "boolean") return DataType::boolean;
  return DataType::unknown;
}

}  // namespace

ExprPtr make_variable(std::string name, DataType type) {
  auto out = node(ExprKind::variable);
  out->text = std::move(name);
  out->type = type;
  return out;
}

ExprPtr make_call(std::string name, std::vector<ExprPtr> args) {
  auto out = node(ExprKind::call);
  out->text = std::move(name);
  out->args = std::move(args);
  return out;
}

ExprPtr make_binary(Op op, ExprPtr left, ExprPtr right) {
  auto out = node(ExprKind::binary);
  out->op = op;
  out->args = {std::move(left), std::move(right)};
  return out;
}

ExprPtr make_paren(ExprPtr inner) {
  auto out = node(ExprKind::paren);
  out->args = {std::move(inner)};
  return out;
}

ExprPtr make_number(double value) {
  auto out = node(ExprKind::number);
  out->number = value;
  return out;
}

ExprPtr make_integer(int64_t value) {
  auto out = node(ExprKind::integer);
  out->integer = value;
  return out;
}

ExprPtr make_string(std::string value) {
  auto out = node(ExprKind::string);
  out->text = std::move(value);
  return out;
}

ExprPtr make_boolean(bool value) {
  auto out = node(ExprKind::boolean);
  out->boolean = value;
  return out;
}

ExprPtr make_duration(int64_t ns) {
  auto out = node(ExprKind::duration);
  out->integer = ns;
  return out;
}

ExprPtr make_time(int64_t ns) {
  auto out = node(ExprKind::time);
  out->integer = ns;
  return out;
}

ExprPtr make_regex(std::string source) {
  auto out = node(ExprKind::regex);
  out->text = std::move(source);
  return out;
}

ExprPtr Parser::expression() { return binary(1); }

ExprPtr Parser::binary(int least_precedence) {
  ExprPtr left = unary();
  for (int tree = tree_;;) {
    Lexeme lexeme = scan_skipping_space();
    const Operator* found = operator_of(lexeme.token);
    if (!found || found->precedence < least_precedence) {
      back();
      tree_ = tree;
      return left;
    }
    ExprPtr right = right_side(lexeme, found->precedence);
    tree = std::max(tree, tree_) + 1;
    if (tree > max_tree) fail("expression has too many operators", lexeme.position);
    left = make_binary(found->op, std::move(left), std::move(right));
  }
}

ExprPtr Parser::right_side(const Lexeme& op, int precedence) {
  if (op.token != Token::eq_regex && op.token != Token::neq_regex) return binary(precedence + 1);
  tree_ = 0;
  if (ExprPtr regex = regex_if_any()) return regex;
  fail_found(scan_skipping_space(), {"regex"});
}

ExprPtr Parser::unary() {
  Lexeme lexeme = scan_skipping_space();
  tree_ = 0;
  switch (lexeme.token) {
    case Token::lparen: {
      if (++depth_ > max_depth) fail("expression is nested too deeply", lexeme.position);
      ExprPtr inner = expression();
      --depth_;
      ++tree_;
      expect(Token::rparen);
      return make_paren(std::move(inner));
    }
    case Token::identifier:
      return after_identifier(lexeme);
    case Token::kw_distinct:
      return after_distinct();
    case Token::string:
      return make_string(lexeme.text);
    case Token::number: {
      double value = 0;
      if (!read_number(lexeme.text, value)) fail("unable to parse number", lexeme.position);
      return make_number(value);
    }
    case Token::integer: {
      int64_t value = 0;
      if (read_number(lexeme.text, value)) return make_integer(value);
      auto large = node(ExprKind::unsigned_integer);
      if (!read_number(lexeme.text, large->unsigned_integer)) {
        fail("unable to parse integer", lexeme.position);
      }
      return large;
    }
    case Token::kw_true:
      return make_boolean(true);
    case Token::kw_false:
      return make_boolean(false);
    case Token::duration: {
      int64_t ns = 0;
      std::string error;
      if (!parse_duration(lexeme.text, ns, error)) throw ParseFailure{error};
      return make_duration(ns);
    }
    case Token::mul:
      return wildcard();
    case Token::regex: {
      if (auto error = regex_error(lexeme.text); !error.empty()) fail(error, lexeme.position);
      return make_regex(lexeme.text);
    }
    case Token::bound_parameter:
      if (lexeme.text.size() == 1) throw ParseFailure{"empty bound parameter"};
      throw ParseFailure{"missing parameter: " + lexeme.text.substr(1)};
    case Token::add:
    case Token::sub:
      return signed_operand(lexeme.token == Token::sub);
    default:
      fail_found(lexeme, {"identifier", "string", "number", "bool"});
  }
}

ExprPtr Parser::after_identifier(const Lexeme& name) {
  if (scan().token == Token::lparen) return call(name.text);
  back();
  back();
  return variable();
}

ExprPtr Parser::after_distinct() {
  Lexeme next = scan();
  if (next.token == Token::lparen) return call("distinct");
  if (next.token != Token::space) fail_found(next, {"(", "identifier"});
  Lexeme name = scan_skipping_space();
  if (name.token != Token::identifier) fail_found(name, {"identifier"});
  auto out = node(ExprKind::distinct);
  out->text = name.text;
  return out;
}

ExprPtr Parser::signed_operand(bool negative) {
  Lexeme lexeme = scan_skipping_space();
  switch (lexeme.token) {
    case Token::number:
    case Token::integer:
    case Token::duration:
    case Token::lparen:
    case Token::identifier:
      break;
    default:
      fail_found(lexeme, {"identifier", "number", "duration", "("});
  }
  back();
  ExprPtr operand = unary();
  auto literal = std::make_shared<Expr>(*operand);
  switch (operand->kind) {
    case ExprKind::number:
      if (negative) literal->number = -literal->number;
      return literal;
    case ExprKind::integer:
    case ExprKind::duration:
      if (negative)
        literal->integer = static_cast<int64_t>(-static_cast<uint64_t>(literal->integer));
      return literal;
    case ExprKind::unsigned_integer:
      if (!negative) return literal;
      if (literal->unsigned_integer == uint64_t{1} << 63) {
        return make_integer(std::numeric_limits<int64_t>::min());
      }
      throw ParseFailure{"constant -" + std::to_string(literal->unsigned_integer) +
                         " underflows int64"};
    default:
      ++tree_;
      return make_binary(Op::mul, make_integer(negative ? -1 : 1), operand);
  }
}

ExprPtr Parser::wildcard() {
  auto out = node(ExprKind::wildcard);
  if (!accept(Token::double_colon)) return out;
  Lexeme type = scan_skipping_space();
  if (type.token == Token::kw_field) {
    out->type = DataType::any_field;
  } else if (type.token == Token::kw_tag) {
    out->type = DataType::tag;
  } else {
    fail_found(type, {"field", "tag"});
  }
  return out;
}

ExprPtr Parser::call_argument() {
  if (ExprPtr regex = regex_if_any()) return regex;
  return expression();
}

ExprPtr Parser::call(std::string name) {
  if (++depth_ > max_depth) fail("expression is nested too deeply", {});
  name = lower(std::move(name));
  std::vector<ExprPtr> args;
  ExprPtr first = regex_if_any();
  if (!first) {
    if (scan().token == Token::rparen) return --depth_, make_call(std::move(name), {});
    back();
    first = expression();
  }
  args.push_back(std::move(first));
  int tree = tree_;
  while (accept(Token::comma)) {
    args.push_back(call_argument());
    tree = std::max(tree, tree_);
  }
  Lexeme close = scan();
  if (close.token != Token::rparen) fail_found(close, {")"});
  --depth_;
  tree_ = tree + 1;
  return make_call(std::move(name), std::move(args));
}

ExprPtr Parser::variable() {
  std::string name;
  for (const std::string& segment : segments()) name += (name.empty() ? "" : ".") + segment;
  if (scan().token != Token::double_colon) {
    back();
    return make_variable(std::move(name));
  }
  Lexeme type = scan();
  DataType cast = DataType::unknown;
  if (type.token == Token::identifier) cast = cast_named(lower(type.text));
  if (type.token == Token::kw_field) cast = DataType::any_field;
  if (type.token == Token::kw_tag) cast = DataType::tag;
  if (cast == DataType::unknown && type.token == Token::identifier) {
    fail_found(type, {"float", "integer", "unsigned", "string", "boolean", "field", "tag"});
  }
  if (cast == DataType::unknown) {
    fail_found(type, {"float", "integer", "string", "boolean", "field", "tag"});
  }
  return make_variable(std::move(name), cast);
}

// A regex is only looked for where one may stand, since elsewhere `/` divides.
ExprPtr Parser::regex_if_any() {
  char32_t next = peek_rune();
  if (next == ' ' || next == '\t' || next == '\n') {
    skip_space();
    next = peek_rune();
  }
  if (next == '$') {
    bool regex = scan().token == Token::regex;
    back();
    if (!regex) return nullptr;
  } else if (next != '/') {
    return nullptr;
  }
  Lexeme lexeme = scan_regex();
  if (lexeme.token == Token::bad_regex) fail("bad regex: " + lexeme.text, lexeme.position);
  if (lexeme.token != Token::regex) fail_found(lexeme, {"regex"});
  if (auto error = regex_error(lexeme.text); !error.empty()) fail(error, lexeme.position);
  return make_regex(lexeme.text);
}

}  // namespace tickwork::influxql
