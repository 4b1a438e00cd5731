// SPDX-License-Identifier: MIT
#include "time_range.hpp"

#include <date/date.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace tickwork::query {

using namespace influxql;

namespace {

constexpr int64_t second = 1'000'000'000;

// What an operand of a time comparison comes to. `other` is the Go name of what it can't be.
struct Operand {
  enum Kind { time, duration, integer, number, other } kind = other;
  int64_t ns = 0;
  double real = 0;
  std::string name = {};
};

const char* go_type(const Expr& e) {
  switch (e.kind) {
    case ExprKind::variable:
      return "*influxql.VarRef";
    case ExprKind::call:
      return "*influxql.Call";
    case ExprKind::binary:
      return "*influxql.BinaryExpr";
    case ExprKind::paren:
      return "*influxql.ParenExpr";
    case ExprKind::string:
      return "*influxql.StringLiteral";
    case ExprKind::boolean:
      return "*influxql.BooleanLiteral";
    case ExprKind::regex:
      return "*influxql.RegexLiteral";
    case ExprKind::wildcard:
      return "*influxql.Wildcard";
    case ExprKind::unsigned_integer:
      return "*influxql.UnsignedLiteral";
    default:
      return "*influxql.nilLiteral";
  }
}

int digits(std::string_view text, size_t at, size_t n) {
  int out = 0;
  for (size_t i = at; i < at + n; ++i) {
    if (i >= text.size() || !std::isdigit(static_cast<unsigned char>(text[i]))) return -1;
    out = out * 10 + (text[i] - '0');
  }
  return out;
}

// "10:20:30.5" at `at`; moves `at` behind it. False when malformed.
bool clock_time(std::string_view text, size_t& at, int64_t& ns) {
  int h = digits(text, at, 2), m = digits(text, at + 3, 2), s = digits(text, at + 6, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) return false;
  if (text[at + 2] != ':' || text[at + 5] != ':') return false;
  at += 8;
  ns = ((h * 60LL + m) * 60 + s) * second;
  if (at >= text.size() || text[at] != '.') return true;
  int64_t unit = second;
  size_t start = ++at;
  for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])); ++at) {
    unit /= 10;
    ns += (text[at] - '0') * unit;
  }
  return at > start;
}

bool zone_suffix(std::string_view text, int64_t& offset) {
  offset = 0;
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  int h = digits(text, 1, 2), m = digits(text, 4, 2);
  if (h < 0 || m < 0) return false;
  offset = (h * 60LL + m) * 60 * second * (text[0] == '-' ? -1 : 1);
  return true;
}

[[noreturn]] void bad_time() { throw StatementError("invalid timestamp string"); }

Operand operand(const Expr& e, const Clock& clock);

Operand combine(Op op, Operand a, Operand b, const Expr& whole) {
  using O = Operand;
  if (a.kind == O::other || b.kind == O::other) return {O::other, 0, 0, go_type(whole)};
  bool add = op == Op::add, sub = op == Op::sub;
  if (a.kind == O::number || b.kind == O::number) {
    double x = a.kind == O::number ? a.real : static_cast<double>(a.ns);
    double y = b.kind == O::number ? b.real : static_cast<double>(b.ns);
    bool span = a.kind == O::duration || b.kind == O::duration;
    double r = add ? x + y : sub ? x - y : op == Op::mul ? x * y : y == 0 ? 0 : x / y;
    if (span) return {O::duration, to_integer(r), 0};
    return {O::number, to_integer(r), r};
  }
  O::Kind kind = a.kind == O::time || b.kind == O::time           ? O::time
                 : a.kind == O::duration || b.kind == O::duration ? O::duration
                                                                  : O::integer;
  if (sub && a.kind == O::time && b.kind == O::time) kind = O::duration;
  switch (op) {
    case Op::add:
      return {kind, a.ns + b.ns};
    case Op::sub:
      return {kind, a.ns - b.ns};
    case Op::mul:
      return {kind, a.ns * b.ns};
    case Op::div:
      return {kind, b.ns == 0 ? 0 : a.ns / b.ns};
    default:
      return {O::other, 0, 0, go_type(whole)};
  }
}

Operand operand(const Expr& e, const Clock& clock) {
  using O = Operand;
  switch (e.kind) {
    case ExprKind::time:
      return {O::time, e.integer};
    case ExprKind::duration:
      return {O::duration, e.integer};
    case ExprKind::integer:
      return {O::integer, e.integer};
    case ExprKind::number:
      return {O::number, to_integer(e.number), e.number};
    case ExprKind::paren:
      return operand(*e.args[0], clock);
    case ExprKind::string:
      if (looks_like_time(e.text)) return {O::time, parse_time(e.text, clock)};
      break;
    case ExprKind::call:
      if (e.text == "now" && e.args.empty()) return {O::time, clock.now};
      break;
    case ExprKind::binary:
      return combine(e.op, operand(*e.left(), clock), operand(*e.right(), clock), e);
    default:
      break;
  }
  return {O::other, 0, 0, go_type(e)};
}

bool is_time(const Expr& e) { return e.kind == ExprKind::variable && is_time_name(e.text); }

void compare_time(Condition& out, Op op, const Expr& right, const Clock& clock) {
  Operand value = operand(right, clock);
  if (value.kind == Operand::other) {
    throw StatementError("invalid operation: time and " + value.name + " are not compatible");
  }
  switch (op) {
    case Op::eq:
      out.at_least(value.ns);
      out.at_most(value.ns);
      return;
    case Op::gte:
      out.at_least(value.ns);
      return;
    case Op::gt:
      out.at_least(value.ns + 1);
      return;
    case Op::lte:
      out.at_most(value.ns);
      return;
    case Op::lt:
      out.at_most(value.ns - 1);
      return;
    default:
      throw StatementError("invalid time comparison operator: " + std::string(to_string(op)));
  }
}

Op mirrored(Op op) {
  switch (op) {
    case Op::lt:
      return Op::gt;
    case Op::lte:
      return Op::gte;
    case Op::gt:
      return Op::lt;
    case Op::gte:
      return Op::lte;
    default:
      return op;
  }
}

bool constant(const Expr& e) {
  if (e.kind == ExprKind::variable || e.kind == ExprKind::call) return false;
  return std::all_of(e.args.begin(), e.args.end(), [](auto& a) { return constant(*a); });
}

ExprPtr folded(ExprPtr e) {
  if (e->kind != ExprKind::binary || !constant(*e)) return e;
  Regexes regexes;
  Value v = Evaluator([](const Expr&) { return Value{}; }, regexes).eval(*e);
  return v.type == DataType::boolean ? make_boolean(v.b) : e;
}

ExprPtr split(const ExprPtr& e, Condition& out, const Clock& clock) {
  if (e->kind == ExprKind::boolean) return e;
  if (e->kind == ExprKind::paren) {
    ExprPtr inner = split(e->args[0], out, clock);
    if (!inner || inner->kind == ExprKind::boolean) return inner;
    return make_paren(inner);
  }
  if (e->kind != ExprKind::binary) {
    throw StatementError("invalid condition expression: " + to_string(*e));
  }
  if (e->op == Op::logical_and || e->op == Op::logical_or) {
    ExprPtr left = split(e->left(), out, clock), right = split(e->right(), out, clock);
    if (!right) return left;
    if (!left) return right;
    return folded(make_binary(e->op, left, right));
  }
  if (is_time(*e->left())) return compare_time(out, e->op, *e->right(), clock), nullptr;
  if (is_time(*e->right())) return compare_time(out, mirrored(e->op), *e->left(), clock), nullptr;
  return folded(e);
}

}  // namespace

void Condition::at_least(int64_t t) {
  min = has_min ? std::max(min, t) : t;
  has_min = true;
}

void Condition::at_most(int64_t t) {
  max = has_max ? std::min(max, t) : t;
  has_max = true;
}

bool looks_like_time(std::string_view text) {
  return text.size() >= 10 && digits(text, 0, 4) >= 0 && text[4] == '-' &&
         digits(text, 5, 2) >= 0 && text[7] == '-' && digits(text, 8, 2) >= 0;
}

int64_t parse_time(std::string_view text, const Clock& clock) {
  if (!looks_like_time(text)) bad_time();
  date::year_month_day day{date::year{digits(text, 0, 4)},
                           date::month{static_cast<unsigned>(digits(text, 5, 2))},
                           date::day{static_cast<unsigned>(digits(text, 8, 2))}};
  if (!day.ok()) bad_time();
  int64_t ns = date::sys_days{day}.time_since_epoch().count() * 86400 * second;
  if (text.size() == 10) return clock.zone ? clock.zone->to_utc(ns) : ns;
  size_t at = 11;
  int64_t in_day = 0, offset = 0;
  if (!clock_time(text, at, in_day)) bad_time();
  ns += in_day;
  if (text[10] == ' ' && at == text.size()) return clock.zone ? clock.zone->to_utc(ns) : ns;
  if (text[10] != 'T' || !zone_suffix(text.substr(at), offset)) bad_time();
  return ns - offset;
}

Condition split_condition(const ExprPtr& where, const Clock& clock) {
  Condition out;
  if (!where) return out;
  out.rest = split(where, out, clock);
  while (out.rest && out.rest->kind == ExprKind::paren) out.rest = out.rest->args[0];
  if (out.rest && out.rest->kind == ExprKind::boolean && out.rest->boolean) out.rest = nullptr;
  return out;
}

}  // namespace tickwork::query
