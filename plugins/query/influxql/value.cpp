// SPDX-License-Identifier: MIT
#include "value.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace tickwork::query {

bool is_comparison(Op op) {
  return op == Op::eq || op == Op::neq || op == Op::lt || op == Op::lte || op == Op::gt ||
         op == Op::gte;
}

namespace {

template <class T>
int order(T a, T b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

Value compare_op(Op op, int c) {
  switch (op) {
    case Op::eq:
      return Value::of(c == 0);
    case Op::neq:
      return Value::of(c != 0);
    case Op::lt:
      return Value::of(c < 0);
    case Op::lte:
      return Value::of(c <= 0);
    case Op::gt:
      return Value::of(c > 0);
    case Op::gte:
      return Value::of(c >= 0);
    default:
      return {};
  }
}

Value float_op(Op op, double a, double b) {
  if (is_comparison(op)) {
    if (std::isnan(a) || std::isnan(b)) return Value::of(op == Op::neq);
    return compare_op(op, order(a, b));
  }
  switch (op) {
    case Op::add:
      return Value::of(a + b);
    case Op::sub:
      return Value::of(a - b);
    case Op::mul:
      return Value::of(a * b);
    case Op::div:
      return Value::of(b == 0 ? 0.0 : a / b);
    case Op::mod:
      return Value::of(std::fmod(a, b));
    default:
      return {};
  }
}

template <class T>
Value whole_op(Op op, T a, T b) {
  using U = uint64_t;
  if (is_comparison(op)) return compare_op(op, order(a, b));
  switch (op) {
    case Op::add:
      return Value::of(static_cast<T>(static_cast<U>(a) + static_cast<U>(b)));
    case Op::sub:
      return Value::of(static_cast<T>(static_cast<U>(a) - static_cast<U>(b)));
    case Op::mul:
      return Value::of(static_cast<T>(static_cast<U>(a) * static_cast<U>(b)));
    case Op::div:
      return Value::of(b == 0 ? 0.0 : static_cast<double>(a) / static_cast<double>(b));
    case Op::mod:
      return Value::of(b == 0 || b == static_cast<T>(-1) ? T{0} : static_cast<T>(a % b));
    case Op::bit_and:
      return Value::of(static_cast<T>(a & b));
    case Op::bit_or:
      return Value::of(static_cast<T>(a | b));
    case Op::bit_xor:
      return Value::of(static_cast<T>(a ^ b));
    default:
      return {};
  }
}

Value bool_op(Op op, bool a, bool b) {
  switch (op) {
    case Op::logical_and:
    case Op::bit_and:
      return Value::of(a && b);
    case Op::logical_or:
    case Op::bit_or:
      return Value::of(a || b);
    case Op::bit_xor:
    case Op::neq:
      return Value::of(a != b);
    case Op::eq:
      return Value::of(a == b);
    default:
      return is_comparison(op) ? Value::of(false) : Value{};
  }
}

constexpr std::array<std::string_view, 18> math_names = {
    "abs", "sin", "cos",  "tan",   "asin", "acos", "atan",  "atan2", "exp",
    "log", "ln",  "log2", "log10", "sqrt", "pow",  "floor", "ceil",  "round"};

}  // namespace

int compare(const Value& a, const Value& b) {
  if (a.numeric() && b.numeric()) {
    if (a.type == DataType::integer && b.type == DataType::integer) return order(a.i, b.i);
    if (a.type == DataType::unsigned_ && b.type == DataType::unsigned_) return order(a.u, b.u);
    if (a.type == DataType::float_ || b.type == DataType::float_) {
      return order(a.number(), b.number());
    }
    if (a.type == DataType::integer) return a.i < 0 ? -1 : order(a.u, b.u);
    return b.i < 0 ? 1 : order(a.u, b.u);
  }
  if (a.type != b.type) return order(static_cast<int>(a.type), static_cast<int>(b.type));
  if (a.type == DataType::boolean) return order(a.b, b.b);
  return order(a.s.compare(b.s), 0);
}

bool same(const Value& a, const Value& b) { return a.type == b.type && compare(a, b) == 0; }

int64_t to_integer(double number) {
  constexpr double end = 0x1p63;
  return number >= -end && number < end ? static_cast<int64_t>(number) : INT64_MIN;
}

uint64_t to_unsigned(double number) {
  constexpr double half = 0x1p63;
  if (number < half) return static_cast<uint64_t>(to_integer(number));
  return static_cast<uint64_t>(to_integer(number - half)) ^ uint64_t { 1 } << 63;
}

Value cast(const Value& v, DataType to) {
  if (to == DataType::unknown || to == DataType::any_field || v.type == to || v.null()) return v;
  if (!v.numeric()) return {};
  switch (to) {
    case DataType::float_:
      return Value::of(v.number());
    case DataType::integer:
      return Value::of(v.type == DataType::float_ ? to_integer(v.f) : static_cast<int64_t>(v.u));
    case DataType::unsigned_:
      return Value::of(v.type == DataType::float_ ? to_unsigned(v.f) : static_cast<uint64_t>(v.i));
    default:
      return {};
  }
}

bool Regexes::match(const std::string& source, std::string_view text) {
  auto& re = compiled_[source];
  if (!re) re = std::make_unique<RE2>(source, RE2::Quiet);
  return re->ok() && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *re);
}

Value apply(Op op, Value left, Value right) {
  if (left.null() && right.type == DataType::boolean) left = Value::of(false);
  if (right.null() && left.type == DataType::boolean) right = Value::of(false);
  if (left.type == DataType::boolean && right.type == DataType::boolean) {
    return bool_op(op, left.b, right.b);
  }
  if (left.numeric() && right.numeric()) {
    if (left.type == DataType::integer && right.type == DataType::integer) {
      return whole_op(op, left.i, right.i);
    }
    if (left.type == DataType::float_ || right.type == DataType::float_) {
      return float_op(op, left.number(), right.number());
    }
    // InfluxDB orders them as numbers, but lets -1 equal the largest.
    const bool orders = is_comparison(op) && op != Op::eq && op != Op::neq;
    if (orders && left.type != right.type) return compare_op(op, compare(left, right));
    return whole_op(op, left.u, right.u);
  }
  if (left.type == DataType::string && right.type == DataType::string) {
    if (op == Op::eq) return Value::of(left.s == right.s);
    if (op == Op::neq) return Value::of(left.s != right.s);
  }
  return is_comparison(op) ? Value::of(false) : Value{};
}

bool is_math_function(std::string_view name) {
  return std::find(math_names.begin(), math_names.end(), name) != math_names.end();
}

namespace {

constexpr double ln2 = 0.693147180559945309417232121458176568;
constexpr double one_by_ln10 = 0.434294481903251827651128918916605082;

// As Go computes it, since clients see the last digit.
double go_log2(double x) {
  int exponent = 0;
  double fraction = std::frexp(x, &exponent);
  if (fraction == 0.5) return exponent - 1;
  return std::log(fraction) * (1 / ln2) + exponent;
}

}  // namespace

Value math_function(std::string_view name, const Value& a, const Value& b) {
  if (!a.numeric()) return {};
  if (a.type != DataType::float_) {
    if (name == "floor" || name == "ceil" || name == "round") return a;
    if (name == "abs") return a.type == DataType::integer && a.i < 0 ? Value::of(-a.i) : a;
  }
  double x = a.number(), y = b.null() ? 0 : b.number();
  if (name == "abs") return Value::of(std::fabs(x));
  if (name == "sin") return Value::of(std::sin(x));
  if (name == "cos") return Value::of(std::cos(x));
  if (name == "tan") return Value::of(std::tan(x));
  if (name == "asin") return Value::of(std::asin(x));
  if (name == "acos") return Value::of(std::acos(x));
  if (name == "atan") return Value::of(std::atan(x));
  if (name == "exp") return Value::of(std::exp(x));
  if (name == "ln") return Value::of(std::log(x));
  if (name == "log2") return Value::of(go_log2(x));
  if (name == "log10") return Value::of(std::log(x) * one_by_ln10);
  if (name == "sqrt") return Value::of(std::sqrt(x));
  if (name == "floor") return Value::of(std::floor(x));
  if (name == "ceil") return Value::of(std::ceil(x));
  if (name == "round") return Value::of(std::round(x));
  if (!b.numeric()) return {};
  if (name == "atan2") return Value::of(std::atan2(x, y));
  if (name == "log") return Value::of(std::log(x) / std::log(y));
  if (name == "pow") return Value::of(std::pow(x, y));
  return {};
}

Value Evaluator::eval(const Expr& e) const {
  switch (e.kind) {
    case ExprKind::variable:
      return lookup_(e);
    case ExprKind::call:
      return is_math_function(e.text) ? math(e) : lookup_(e);
    case ExprKind::binary:
      return binary(e);
    case ExprKind::paren:
      return eval(*e.args[0]);
    case ExprKind::number:
      return Value::of(e.number);
    case ExprKind::integer:
      return Value::of(e.integer);
    case ExprKind::unsigned_integer:
      return Value::of(e.unsigned_integer);
    case ExprKind::string:
      return Value::of(std::string_view(e.text));
    case ExprKind::boolean:
      return Value::of(e.boolean);
    default:
      return {};
  }
}

Value Evaluator::binary(const Expr& e) const {
  if (e.op == Op::eq_regex || e.op == Op::neq_regex) {
    Value text = eval(*e.left());
    if (text.type != DataType::string || e.right()->kind != ExprKind::regex) return {};
    bool found = regexes_.match(e.right()->text, text.s);
    return Value::of(found == (e.op == Op::eq_regex));
  }
  if (e.op == Op::logical_and) {
    return Value::of(eval(*e.left()).is_true() && eval(*e.right()).is_true());
  }
  if (e.op == Op::logical_or) {
    return Value::of(eval(*e.left()).is_true() || eval(*e.right()).is_true());
  }
  Value left = eval(*e.left()), right = eval(*e.right());
  if (nulls_ == Nulls::match_nothing && (left.null() || right.null())) return {};
  return apply(e.op, left, right);
}

Value Evaluator::math(const Expr& e) const {
  Value first = e.args.empty() ? Value{} : eval(*e.args[0]);
  Value second = e.args.size() < 2 ? Value{} : eval(*e.args[1]);
  return math_function(e.text, first, second);
}

}  // namespace tickwork::query
