// SPDX-License-Identifier: MIT
#include "constants.hpp"

#include <optional>

namespace tickwork::query {

using namespace influxql;

namespace {

Value value_of(const Expr& e) {
  switch (e.kind) {
    case ExprKind::boolean:
      return Value::of(e.boolean);
    case ExprKind::number:
      return Value::of(e.number);
    case ExprKind::integer:
    case ExprKind::duration:
    case ExprKind::time:
      return Value::of(e.integer);
    case ExprKind::string:
      return Value::of(std::string_view(e.text));
    default:
      return {};
  }
}

// All of these give null where there is nothing to compute.

// A whole number is what make_integer makes of it.
ExprPtr literal(const Value& v, ExprPtr (*make_integer)(int64_t)) {
  switch (v.type) {
    case DataType::boolean:
      return make_boolean(v.b);
    case DataType::float_:
      return make_number(v.f);
    case DataType::integer:
      return make_integer(v.i);
    default:
      return nullptr;
  }
}

// Both in ns.
ExprPtr applied(Op op, int64_t a, int64_t b, ExprPtr (*make)(int64_t)) {
  return literal(apply(op, Value::of(a), Value::of(b)), make);
}

bool adds(Op op) { return op == Op::add || op == Op::sub; }

ExprPtr duration_times(Op op, int64_t duration, int64_t factor) {
  if (op == Op::mul) return applied(op, duration, factor, make_duration);
  if (op != Op::div) return nullptr;
  const bool whole = factor != 0 && factor != -1;  // else 0, or what may not fit
  return whole ? make_duration(duration / factor)
               : applied(Op::mul, duration, factor, make_duration);
}

ExprPtr duration_and_time(Op op, int64_t duration, int64_t time) {
  return op == Op::add ? applied(op, duration, time, make_time) : nullptr;
}

// The value of two constants.
class Operation {
 public:
  Operation(Op op, const Clock* clock) : op_{op}, clock_{clock ? *clock : Clock{}} {}

  ExprPtr value(const Expr& a, const Expr& b) const {
    switch (a.kind) {
      case ExprKind::boolean:
        return b.kind == ExprKind::boolean ? as_in_rows(a, b) : nullptr;
      case ExprKind::number:
        return is_number(b) ? as_in_rows(a, b) : nullptr;
      case ExprKind::integer:
        return of_integer(a, b);
      case ExprKind::duration:
        return of_duration(a.integer, b);
      case ExprKind::time:
        return of_time(a.integer, b);
      case ExprKind::string:
        return of_text(a, b);
      default:
        return nullptr;
    }
  }

 private:
  static bool is_number(const Expr& e) {
    return e.kind == ExprKind::number || e.kind == ExprKind::integer;
  }

  ExprPtr as_in_rows(const Expr& a, const Expr& b) const {
    return literal(apply(op_, value_of(a), value_of(b)), make_integer);
  }

  ExprPtr of_integer(const Expr& a, const Expr& b) const {
    if (const auto time = time_of(b)) return duration_and_time(op_, a.integer, *time);
    if (b.kind == ExprKind::duration) return of_time(a.integer, b);
    return is_number(b) ? as_in_rows(a, b) : nullptr;
  }

  ExprPtr of_duration(int64_t a, const Expr& b) const {
    if (const auto time = time_of(b)) return duration_and_time(op_, a, *time);
    if (b.kind == ExprKind::integer) return duration_times(op_, a, b.integer);
    if (b.kind == ExprKind::number) return duration_times(op_, a, to_integer(b.number));
    const bool computes = b.kind == ExprKind::duration && (adds(op_) || is_comparison(op_));
    return computes ? applied(op_, a, b.integer, make_duration) : nullptr;
  }

  ExprPtr of_time(int64_t a, const Expr& b) const {
    if (const auto time = time_of(b)) {
      const bool computes = op_ == Op::sub || is_comparison(op_);
      return computes ? applied(op_, a, *time, make_duration) : nullptr;
    }
    const bool span = b.kind == ExprKind::duration || b.kind == ExprKind::integer;
    return span && adds(op_) ? applied(op_, a, b.integer, make_time) : nullptr;
  }

  ExprPtr of_text(const Expr& a, const Expr& b) const {
    const auto time = time_of(a);
    if (b.kind != ExprKind::string) return time ? of_time(*time, b) : nullptr;
    if (op_ == Op::add) return make_string(a.text + b.text);
    if (time && time_of(b)) return of_time(*time, b);
    return op_ == Op::eq || op_ == Op::neq ? as_in_rows(a, b) : nullptr;
  }

  std::optional<int64_t> time_of(const Expr& e) const {
    if (e.kind == ExprKind::time) return e.integer;
    if (e.kind != ExprKind::string || !looks_like_time(e.text)) return std::nullopt;
    try {
      return parse_time(e.text, clock_);
    } catch (const StatementError&) {
      return std::nullopt;
    }
  }

  Op op_;
  Clock clock_;
};

bool is_boolean(const Expr& e, bool value) {
  return e.kind == ExprKind::boolean && e.boolean == value;
}

// clock: null where now() stays.
ExprPtr computed(const ExprPtr& e, const Clock* clock);

ExprPtr with_inner_constants(const Expr& e, const Clock* clock) {
  auto out = std::make_shared<Expr>(e);
  for (ExprPtr& arg : out->args) arg = computed(arg, clock);
  return out;
}

ExprPtr computed(const ExprPtr& e, const Clock* clock) {
  switch (e->kind) {
    case ExprKind::call:
      if (clock && e->text == "now" && e->args.empty()) return make_time(clock->now);
      return e->args.empty() ? e : with_inner_constants(*e, clock);
    case ExprKind::paren: {
      ExprPtr inner = computed(e->args[0], clock);
      return inner->kind == ExprKind::binary ? make_paren(std::move(inner)) : inner;
    }
    case ExprKind::binary: {
      ExprPtr out = with_inner_constants(*e, clock);
      const ExprPtr &left = out->left(), &right = out->right();
      if (e->op == Op::logical_and || e->op == Op::logical_or) return combined(e->op, left, right);
      ExprPtr value = Operation(e->op, clock).value(*left, *right);
      return value ? value : out;
    }
    default:
      return e;
  }
}

}  // namespace

ExprPtr with_constants(const ExprPtr& e, const Clock& clock) { return computed(e, &clock); }

ExprPtr with_constants(const ExprPtr& e) { return computed(e, nullptr); }

ExprPtr combined(Op op, const ExprPtr& left, const ExprPtr& right) {
  const bool decides = op == Op::logical_or;
  if (is_boolean(*left, decides) || is_boolean(*right, decides)) return make_boolean(decides);
  if (is_boolean(*left, !decides)) return right;
  if (is_boolean(*right, !decides)) return left;
  return make_binary(op, left, right);
}

}  // namespace tickwork::query
