// SPDX-License-Identifier: MIT
#include "types.hpp"

#include <memory>

#include "holt_winters.hpp"
#include "technical.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

bool is_number(DataType t) {
  return t == DataType::float_ || t == DataType::integer || t == DataType::unsigned_;
}

// The expression with every variable's type written out.
ExprPtr annotated(const Expr& e, const TypeOf& type_of) {
  auto out = std::make_shared<Expr>(e);
  if (e.kind == ExprKind::variable) out->type = type_of(e);
  for (ExprPtr& arg : out->args) arg = annotated(*arg, type_of);
  return out;
}

bool is_bitwise(Op op) { return op == Op::bit_and || op == Op::bit_or || op == Op::bit_xor; }

// The result of a binary operator; unknown with `fits` false when there is none.
DataType result_type(Op op, DataType a, DataType b, bool& fits) {
  fits = true;
  // With durations there is nothing to compute, which is no error.
  for (const DataType nothing : {DataType::unknown, DataType::duration}) {
    if (a == nothing || b == nothing) return DataType::unknown;
  }
  bool numbers = is_number(a) && is_number(b);
  bool floats = a == DataType::float_ || b == DataType::float_;
  if (is_bitwise(op)) {
    if (a == DataType::boolean && b == DataType::boolean) return a;
    fits = numbers && !floats;
    return a;
  }
  fits = numbers;
  return floats || op == Op::div ? DataType::float_ : a;
}

DataType call_type(const Expr& e, const TypeOf& type_of) {
  DataType first = DataType::unknown;
  for (size_t i = 0; i < e.args.size(); ++i) {
    DataType t = check_types(*e.args[i], type_of);
    if (i == 0) first = t;
  }
  const std::string& f = e.text;
  if (f == "count" || f == "elapsed") return DataType::integer;
  bool keeps = f == "abs" || f == "floor" || f == "ceil" || f == "round";
  if (is_math_function(f) && !keeps) return DataType::float_;
  if (f == "mean" || f == "median" || f == "stddev" || f == "integral" || f == "derivative" ||
      f == "non_negative_derivative" || f == "moving_average" || is_technical(f) ||
      is_holt_winters(f)) {
    return DataType::float_;
  }
  return first;
}

}  // namespace

DataType check_types(const Expr& e, const TypeOf& type_of) {
  switch (e.kind) {
    case ExprKind::variable:
      return type_of(e);
    case ExprKind::number:
      return DataType::float_;
    case ExprKind::integer:
      return DataType::integer;
    case ExprKind::unsigned_integer:
      return DataType::unsigned_;
    case ExprKind::string:
      return DataType::string;
    case ExprKind::boolean:
      return DataType::boolean;
    case ExprKind::duration:
      return DataType::duration;
    case ExprKind::paren:
      return check_types(*e.args[0], type_of);
    case ExprKind::call:
      return call_type(e, type_of);
    case ExprKind::binary:
      break;
    default:
      return DataType::unknown;
  }
  DataType left = check_types(*e.left(), type_of), right = check_types(*e.right(), type_of);
  bool fits = true;
  DataType out = result_type(e.op, left, right, fits);
  if (fits) return out;
  throw StatementError("type error: " + to_string(*annotated(e, type_of)) +
                       ": incompatible types: " + std::string(to_string(left)) + " and " +
                       std::string(to_string(right)));
}

}  // namespace tickwork::query
