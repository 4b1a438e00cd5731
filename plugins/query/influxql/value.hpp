// SPDX-License-Identifier: MIT
// One cell of a query: a typed value or null, and InfluxQL's arithmetic and comparisons on it.
// Text is a view; whoever makes a Value keeps the bytes alive (a Run, or the query's StringPool).
#pragma once

#include <re2/re2.h>

#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kit/influxql/influxql.hpp"

namespace tickwork::query {

using influxql::DataType;
using influxql::Expr;
using influxql::ExprKind;
using influxql::ExprPtr;
using influxql::Op;

struct Value {
  DataType type = DataType::unknown;  // unknown is null
  union {
    double f;
    int64_t i;
    uint64_t u;
    bool b;
  };
  std::string_view s;

  Value() : i{0} {}
  static Value of(double v) {
    return make(DataType::float_, [&](Value& o) { o.f = v; });
  }
  static Value of(int64_t v) {
    return make(DataType::integer, [&](Value& o) { o.i = v; });
  }
  static Value of(uint64_t v) {
    return make(DataType::unsigned_, [&](Value& o) { o.u = v; });
  }
  static Value of(bool v) {
    return make(DataType::boolean, [&](Value& o) { o.b = v; });
  }
  static Value of(std::string_view v) {
    return make(DataType::string, [&](Value& o) { o.s = v; });
  }

  bool null() const { return type == DataType::unknown; }
  bool numeric() const {
    return type == DataType::float_ || type == DataType::integer || type == DataType::unsigned_;
  }
  bool is_true() const { return type == DataType::boolean && b; }
  double number() const {
    if (type == DataType::float_) return f;
    return type == DataType::integer ? static_cast<double>(i) : static_cast<double>(u);
  }

 private:
  template <class F>
  static Value make(DataType t, F set) {
    Value out;
    out.type = t;
    set(out);
    return out;
  }
};

bool is_comparison(Op op);  // of order or equality

// Total order within one type (false < true, text bytewise); numbers compare across types.
int compare(const Value& a, const Value& b);
bool same(const Value& a, const Value& b);

// A number without its fraction, as Go on amd64 has it: what does not fit is the smallest integer,
// a negative unsigned number wraps.
int64_t to_integer(double number);
uint64_t to_unsigned(double number);

// InfluxQL's conversion to a field's cast: numbers convert to numbers, all else must match.
Value cast(const Value& v, DataType to);

// Compiled regular expressions of one query, by their source.
class Regexes {
 public:
  bool match(const std::string& source, std::string_view text);

 private:
  std::unordered_map<std::string, std::unique_ptr<RE2>> compiled_;
};

// Evaluates an expression; `variable` gives the value of a variable, `call` that of a function
// that is no math function. int / int is float and x / 0 is 0, as InfluxDB's rows have it.
class Evaluator {
 public:
  using Lookup = std::function<Value(const Expr&)>;
  // In conditions a null matches nothing; in output a null beside a boolean counts as false.
  enum class Nulls { match_nothing, beside_boolean_false };
  Evaluator(Lookup lookup, Regexes& regexes, Nulls nulls = Nulls::beside_boolean_false)
      : lookup_{std::move(lookup)}, regexes_{regexes}, nulls_{nulls} {}
  Value eval(const Expr& e) const;

 private:
  Value binary(const Expr& e) const;
  Value math(const Expr& e) const;

  Lookup lookup_;
  Regexes& regexes_;
  Nulls nulls_;
};

Value apply(Op op, Value left, Value right);
bool is_math_function(std::string_view name);
Value math_function(std::string_view name, const Value& a, const Value& b);

// Text made during a query (window labels, converted values); freed with the query.
class StringPool {
 public:
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

 private:
  std::deque<std::string> texts_;
};

}  // namespace tickwork::query
