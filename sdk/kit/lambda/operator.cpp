// SPDX-License-Identifier: MIT
// What operators do with which types, and the sentences for those they refuse.
#include <re2/re2.h>

#include <cmath>

#include "kit/lambda/step.hpp"

namespace tickwork::lambda {

using tickscript::Token;

namespace {

bool compare(Token op, auto a, auto b) {
  switch (op) {
    case Token::equal:
      return a == b;
    case Token::not_equal:
      return a != b;
    case Token::less:
      return a < b;
    case Token::less_equal:
      return a <= b;
    case Token::greater:
      return a > b;
    default:
      return a >= b;
  }
}
bool is_equality(Token op) { return op == Token::equal || op == Token::not_equal; }
bool is_match(Token op) { return op == Token::regex_match || op == Token::regex_mismatch; }

bool apply_comparison(Token op, const Value& a, const Value& b, Value& out) {
  if (is_match(op)) {
    if (a.type != Type::string || b.type != Type::regex) return false;
    out = Value::of(RE2::PartialMatch(a.text, *b.regex) == (op == Token::regex_match));
    return true;
  }
  if (a.is_number() && b.is_number()) {
    bool both = a.type == Type::integer && b.type == Type::integer;
    out =
        Value::of(both ? compare(op, a.integer, b.integer) : compare(op, a.as_real(), b.as_real()));
    return true;
  }
  if (a.type != b.type) return false;
  switch (a.type) {
    case Type::boolean:
      if (!is_equality(op)) return false;
      [[fallthrough]];
    case Type::duration:
      out = Value::of(compare(op, a.integer, b.integer));
      return true;
    case Type::string:
      out = Value::of(compare(op, std::string_view{a.text}, std::string_view{b.text}));
      return true;
    default:
      return false;
  }
}

// Overflow wraps, as in Go; hence the unsigned arithmetic.
int64_t wrap(Token op, int64_t a, int64_t b) {
  auto x = static_cast<uint64_t>(a), y = static_cast<uint64_t>(b);
  switch (op) {
    case Token::plus:
      return static_cast<int64_t>(x + y);
    case Token::minus:
      return static_cast<int64_t>(x - y);
    case Token::multiply:
      return static_cast<int64_t>(x * y);
    case Token::divide:
      return b == -1 ? static_cast<int64_t>(0 - x) : a / b;
    default:
      return b == -1 ? 0 : a % b;
  }
}
double real_math(Token op, double a, double b) {
  switch (op) {
    case Token::plus:
      return a + b;
    case Token::minus:
      return a - b;
    case Token::multiply:
      return a * b;
    default:
      return a / b;
  }
}
int64_t to_int(double value) {
  return std::isfinite(value) && std::abs(value) < 9.2e18 ? static_cast<int64_t>(value) : INT64_MIN;
}

enum class Outcome { done, refused, zero };

Outcome apply_duration(Token op, const Value& a, const Value& b, Value& out) {
  const bool left = a.type == Type::duration, right = b.type == Type::duration;
  if (left && right) {
    if (op == Token::multiply || op == Token::modulo) return Outcome::refused;
    if (op == Token::divide && b.integer == 0) return Outcome::zero;
    auto result = wrap(op, a.integer, b.integer);
    out = op == Token::divide ? Value::of(result) : Value::duration(result);
    return Outcome::done;
  }
  const Value& other = left ? b : a;
  const int64_t span = left ? a.integer : b.integer;
  if (!other.is_number() || !(op == Token::multiply || (left && op == Token::divide)))
    return Outcome::refused;
  if (other.type == Type::real) {
    out = Value::duration(to_int(real_math(op, static_cast<double>(span), other.real)));
  } else {
    if (op == Token::divide && other.integer == 0) return Outcome::zero;
    out = Value::duration(wrap(op, span, other.integer));
  }
  return Outcome::done;
}

Outcome apply_math(Token op, const Value& a, const Value& b, Value& out) {
  if (a.type == Type::integer && b.type == Type::integer) {
    if ((op == Token::divide || op == Token::modulo) && b.integer == 0) return Outcome::zero;
    out = Value::of(wrap(op, a.integer, b.integer));
    return Outcome::done;
  }
  if (a.type == Type::real && b.type == Type::real && op != Token::modulo) {
    out = Value::of(real_math(op, a.real, b.real));
    return Outcome::done;
  }
  if (a.type == Type::string && b.type == Type::string && op == Token::plus) {
    out = Value::of(a.text + b.text);
    return Outcome::done;
  }
  if (a.type == Type::duration || b.type == Type::duration) return apply_duration(op, a, b, out);
  return Outcome::refused;
}

bool knows(Type type, Token op) {
  switch (type) {
    case Type::boolean:
      return is_logical(op) || is_equality(op);
    case Type::integer:
      return is_math(op) || (is_comparison(op) && !is_match(op));
    case Type::real:
    case Type::duration:
      return (is_math(op) && op != Token::modulo) || (is_comparison(op) && !is_match(op));
    case Type::string:
      return is_comparison(op) || op == Token::plus;
    case Type::regex:
      return is_match(op);
    default:
      return false;
  }
}

std::string refusal(Token op, Type left, Type right) {
  std::string sign{tickscript::name(op)};
  if (!knows(left, op)) {
    const char* kind = is_math(op) ? "math" : is_logical(op) ? "logical" : "comparison";
    return std::string{"invalid "} + kind + " operator " + sign + " for type " +
           std::string{name(left)};
  }
  return "mismatched type to binary operator. got " + std::string{name(left)} + ' ' + sign + ' ' +
         std::string{name(right)} + ". see bool(), int(), float(), string(), duration()";
}

}  // namespace

bool apply(Token op, const Value& left, const Value& right, Value& out, std::string& error) {
  Outcome outcome = Outcome::refused;
  if (is_logical(op)) {
    if (left.type == Type::boolean && right.type == Type::boolean) {
      bool a = left.integer != 0, b = right.integer != 0;
      out = Value::of(op == Token::and_ ? a && b : a || b);
      return true;
    }
  } else if (is_comparison(op)) {
    if (apply_comparison(op, left, right, out)) return true;
  } else {
    outcome = apply_math(op, left, right, out);
  }
  if (outcome == Outcome::done) return true;
  error = outcome == Outcome::zero ? "division by zero" : refusal(op, left.type, right.type);
  return false;
}

bool compute(std::string_view op, const Value& left, const Value& right, Value& out,
             std::string& error) {
  for (auto t = Token::plus; t <= Token::regex_mismatch;
       t = static_cast<Token>(static_cast<int>(t) + 1))
    if (tickscript::name(t) == op) return apply(t, left, right, out, error);
  error = "unknown binary operator " + std::string{op};
  return false;
}

std::string_view name(Type type) {
  switch (type) {
    case Type::boolean:
      return "boolean";
    case Type::integer:
      return "int";
    case Type::real:
      return "float";
    case Type::string:
      return "string";
    case Type::regex:
      return "regex";
    case Type::time:
      return "time";
    case Type::duration:
      return "duration";
    default:
      return "missing";
  }
}

}  // namespace tickwork::lambda
