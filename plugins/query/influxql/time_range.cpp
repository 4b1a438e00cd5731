// SPDX-License-Identifier: MIT
#include "time_range.hpp"

#include <date/date.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "constants.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

constexpr int64_t second = 1'000'000'000;

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
  const size_t start = ++at;
  for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])); ++at) {
    unit /= 10;
    ns += (text[at] - '0') * unit;
  }
  return at > start && at - start <= 9;
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

std::string zone_text(int64_t offset) {
  if (offset == 0) return "Z";
  const int64_t minutes = std::abs(offset) / second / 60;
  char out[16];
  std::snprintf(out, sizeof out, "%c%02d:%02d", offset < 0 ? '-' : '+',
                static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
  return out;
}

// The zone's, where its clock shows that many seconds since 1970.
int64_t offset_of_local(int64_t seconds, const Zone& zone) {
  constexpr int64_t most = max_time / second - 7 * 86400;  // which both clocks can show
  const int64_t local = std::clamp(seconds, -most, most) * second;
  return local - zone.to_utc(local);
}

// None if it is no time of a point. fraction: in ns.
std::optional<int64_t> nanoseconds(int64_t seconds, int64_t fraction) {
  if (seconds < 0) {  // towards 0, where the product is sure to be smaller
    ++seconds;
    fraction -= second;
  }
  int64_t out = 0;
  const bool fits = !__builtin_mul_overflow(seconds, second, &out) &&
                    !__builtin_add_overflow(out, fraction, &out);
  if (!fits || out <= min_time || out > max_time) return std::nullopt;
  return out;
}

[[noreturn]] void bad_time() { throw StatementError("invalid timestamp string"); }

// Of a constant.
int64_t time_of(const ExprPtr& e, const Clock& clock) {
  if (e->kind == ExprKind::string && looks_like_time(e->text)) return parse_time(e->text, clock);
  const ExprPtr value = with_constants(e, clock);
  switch (value->kind) {
    case ExprKind::time:
    case ExprKind::duration:
    case ExprKind::integer:
      return value->integer;
    case ExprKind::number:
      return to_integer(value->number);
    default:
      throw StatementError(std::string("invalid operation: time and ") + go_type(*value) +
                           " are not compatible");
  }
}

bool is_time(const Expr& e) {
  if (e.kind == ExprKind::paren) return is_time(*e.args[0]);
  return e.kind == ExprKind::variable && is_time_name(e.text);
}

// Behind the last time comes the first, as in InfluxDB.
int64_t wrapped(int64_t time, int64_t step) {
  return static_cast<int64_t>(static_cast<uint64_t>(time) + static_cast<uint64_t>(step));
}

void compare_time(Condition& out, Op op, const ExprPtr& right, const Clock& clock) {
  const int64_t time = time_of(right, clock);
  switch (op) {
    case Op::eq:
      out.at_least(time);
      out.at_most(time);
      return;
    case Op::gte:
      out.at_least(time);
      return;
    case Op::gt:
      out.at_least(wrapped(time, 1));
      return;
    case Op::lte:
      out.at_most(time);
      return;
    case Op::lt:
      out.at_most(wrapped(time, -1));
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

ExprPtr split(const ExprPtr& e, Condition& out, const Clock& clock) {
  if (e->kind == ExprKind::boolean) return e;
  if (e->kind == ExprKind::paren) {
    const ExprPtr inner = split(e->args[0], out, clock);
    return inner && inner->kind == ExprKind::binary ? make_paren(inner) : inner;
  }
  if (e->kind != ExprKind::binary) {
    throw StatementError("invalid condition expression: " + to_string(*e));
  }
  if (e->op == Op::logical_and || e->op == Op::logical_or) {
    ExprPtr left = split(e->left(), out, clock), right = split(e->right(), out, clock);
    if (!right) return left;
    if (!left) return right;
    return combined(e->op, left, right);
  }
  if (is_time(*e->left())) return compare_time(out, e->op, e->right(), clock), nullptr;
  if (is_time(*e->right())) return compare_time(out, mirrored(e->op), e->left(), clock), nullptr;
  return with_constants(e, clock);
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
  const date::year_month_day day{date::year{digits(text, 0, 4)},
                                 date::month{static_cast<unsigned>(digits(text, 5, 2))},
                                 date::day{static_cast<unsigned>(digits(text, 8, 2))}};
  if (!day.ok()) bad_time();
  int64_t in_day = 0, offset = 0;
  bool zoned = false;
  if (text.size() > 10) {
    size_t at = 11;
    if (!clock_time(text, at, in_day)) bad_time();
    zoned = text[10] != ' ' || at != text.size();
    if (zoned && (text[10] != 'T' || !zone_suffix(text.substr(at), offset))) bad_time();
  }
  int64_t seconds = date::sys_days{day}.time_since_epoch().count() * int64_t{86400};
  seconds += in_day / second;
  if (!zoned && clock.zone) offset = offset_of_local(seconds, *clock.zone);
  seconds -= offset / second;
  if (const auto ns = nanoseconds(seconds, in_day % second)) return *ns;
  const std::string_view clock_text = text.size() > 10 ? text.substr(11, 8) : "00:00:00";
  throw StatementError("time " + std::string(text.substr(0, 10)) + "T" + std::string(clock_text) +
                       zone_text(offset) + (seconds > 0 ? " overflows" : " underflows") +
                       " time literal");
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
