// SPDX-License-Identifier: MIT
#include "constants.hpp"

#include <cmath>
#include <optional>

namespace tickwork::query {

using namespace influxql;

namespace {

// All of these give null where there is no such operation.

template <class T>
ExprPtr compared(Op op, const T& a, const T& b) {
  switch (op) {
    case Op::eq:
      return make_boolean(a == b);
    case Op::neq:
      return make_boolean(a != b);
    case Op::lt:
      return make_boolean(a < b);
    case Op::lte:
      return make_boolean(a <= b);
    case Op::gt:
      return make_boolean(a > b);
    case Op::gte:
      return make_boolean(a >= b);
    default:
      return nullptr;
  }
}

// Integers wrap.
int64_t sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
int64_t difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
int64_t product(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}
int64_t quotient(int64_t a, int64_t b) {
  if (b == 0) return 0;
  return b == -1 ? difference(0, a) : a / b;
}

ExprPtr of_booleans(Op op, bool a, bool b) {
  switch (op) {
    case Op::eq:
      return make_boolean(a == b);
    case Op::neq:
    case Op::bit_xor:
      return make_boolean(a != b);
    case Op::logical_and:
    case Op::bit_and:
      return make_boolean(a && b);
    case Op::logical_or:
    case Op::bit_or:
      return make_boolean(a || b);
    default:
      return nullptr;
  }
}

ExprPtr of_numbers(Op op, double a, double b) {
  switch (op) {
    case Op::add:
      return make_number(a + b);
    case Op::sub:
      return make_number(a - b);
    case Op::mul:
      return make_number(a * b);
    case Op::div:
      return make_number(b == 0 ? 0 : a / b);
    case Op::mod:
      return make_number(std::fmod(a, b));
    default:
      return compared(op, a, b);
  }
}

ExprPtr of_integers(Op op, int64_t a, int64_t b) {
  switch (op) {
    case Op::add:
      return make_integer(sum(a, b));
    case Op::sub:
      return make_integer(difference(a, b));
    case Op::mul:
      return make_integer(product(a, b));
    case Op::div:
      return of_numbers(op, static_cast<double>(a), static_cast<double>(b));
    case Op::mod:
      return make_integer(difference(a, product(quotient(a, b), b)));
    case Op::bit_and:
      return make_integer(a & b);
    case Op::bit_or:
      return make_integer(a | b);
    case Op::bit_xor:
      return make_integer(a ^ b);
    default:
      return compared(op, a, b);
  }
}

ExprPtr of_durations(Op op, int64_t a, int64_t b) {
  if (op == Op::add) return make_duration(sum(a, b));
  if (op == Op::sub) return make_duration(difference(a, b));
  return compared(op, a, b);
}

ExprPtr duration_times(Op op, int64_t duration, int64_t factor) {
  if (op == Op::mul) return make_duration(product(duration, factor));
  return op == Op::div ? make_duration(quotient(duration, factor)) : nullptr;
}

ExprPtr duration_and_time(Op op, int64_t duration, int64_t time) {
  return op == Op::add ? make_time(sum(time, duration)) : nullptr;
}

ExprPtr time_and_duration(Op op, int64_t time, int64_t duration) {
  if (op == Op::add) return make_time(sum(time, duration));
  return op == Op::sub ? make_time(difference(time, duration)) : nullptr;
}

ExprPtr of_times(Op op, int64_t a, int64_t b) {
  return op == Op::sub ? make_duration(difference(a, b)) : compared(op, a, b);
}

// The value of two constants.
class Operation {
 public:
  Operation(Op op, const Clock* clock) : op_{op}, clock_{clock ? *clock : Clock{}} {}

  ExprPtr value(const Expr& a, const Expr& b) const {
    switch (a.kind) {
      case ExprKind::boolean:
        return b.kind == ExprKind::boolean ? of_booleans(op_, a.boolean, b.boolean) : nullptr;
      case ExprKind::number:
        if (b.kind == ExprKind::number) return of_numbers(op_, a.number, b.number);
        if (b.kind != ExprKind::integer) return nullptr;
        return of_numbers(op_, a.number, static_cast<double>(b.integer));
      case ExprKind::integer:
        return of_integer(a.integer, b);
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
  ExprPtr of_integer(int64_t a, const Expr& b) const {
    if (const auto time = time_of(b)) return duration_and_time(op_, a, *time);
    switch (b.kind) {
      case ExprKind::integer:
        return of_integers(op_, a, b.integer);
      case ExprKind::number:
        return of_numbers(op_, static_cast<double>(a), b.number);
      case ExprKind::duration:
        return time_and_duration(op_, a, b.integer);
      default:
        return nullptr;
    }
  }

  ExprPtr of_duration(int64_t a, const Expr& b) const {
    if (const auto time = time_of(b)) return duration_and_time(op_, a, *time);
    switch (b.kind) {
      case ExprKind::integer:
        return duration_times(op_, a, b.integer);
      case ExprKind::number:
        return duration_times(op_, a, to_integer(b.number));
      case ExprKind::duration:
        return of_durations(op_, a, b.integer);
      default:
        return nullptr;
    }
  }

  ExprPtr of_time(int64_t a, const Expr& b) const {
    if (const auto time = time_of(b)) return of_times(op_, a, *time);
    const bool span = b.kind == ExprKind::duration || b.kind == ExprKind::integer;
    return span ? time_and_duration(op_, a, b.integer) : nullptr;
  }

  ExprPtr of_text(const Expr& a, const Expr& b) const {
    const auto time = time_of(a);
    if (b.kind != ExprKind::string) return time ? of_time(*time, b) : nullptr;
    if (op_ == Op::add) return make_string(a.text + b.text);
    if (time && time_of(b)) return of_time(*time, b);
    return op_ == Op::eq || op_ == Op::neq ? compared(op_, a.text, b.text) : nullptr;
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

ExprPtr computed(const ExprPtr& e, const Clock* clock);

bool is_boolean(const Expr& e, bool value) {
  return e.kind == ExprKind::boolean && e.boolean == value;
}

// AND, OR of which one side may be constant.
ExprPtr of_conditions(Op op, const ExprPtr& left, const ExprPtr& right) {
  const bool decides = op == Op::logical_or;
  if (is_boolean(*left, decides) || is_boolean(*right, decides)) return make_boolean(decides);
  if (is_boolean(*left, !decides)) return right;
  if (is_boolean(*right, !decides)) return left;
  return nullptr;
}

ExprPtr with_inner_constants(const Expr& e, const Clock* clock) {
  auto out = std::make_shared<Expr>(e);
  for (ExprPtr& arg : out->args) arg = computed(arg, clock);
  return out;
}

// clock: null where now() stays.
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
      const bool conditions = e->op == Op::logical_and || e->op == Op::logical_or;
      ExprPtr value = conditions ? of_conditions(e->op, out->left(), out->right())
                                 : Operation(e->op, clock).value(*out->left(), *out->right());
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
  const ExprPtr value = of_conditions(op, left, right);
  return value ? value : make_binary(op, left, right);
}

}  // namespace tickwork::query
