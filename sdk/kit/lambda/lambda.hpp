// SPDX-License-Identifier: MIT
// TICKscript's lambda expressions: typed values, a compiled expression, its state.
//
//   auto compiled = tickwork::lambda::compile(*tree);       // tree: of tickscript::parse_lambda
//   tickwork::lambda::State state{*compiled.expression};    // one a group, for sigma(), count()
//   ... tickwork::lambda::Value value; std::string error; if (!compiled.expression->evaluate(scope,
//   state, value, error)) complain(error);
//
// Typing is strict and decided anew for each evaluation, from the types of the values at hand, as
// in Kapacitor; so are the error sentences. An Expression is immutable and may be shared by
// threads; a State belongs to one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}
namespace tickwork::tickscript {
struct Node;
}

namespace tickwork::lambda {

enum class Type : uint8_t { missing, boolean, integer, real, string, regex, time, duration };

/// "boolean", "int", "float" ...: the names in error sentences.
std::string_view name(Type type);

/// One value. integer holds booleans (0, 1), integers, times and durations (ns).
struct Value {
  Type type = Type::missing;
  union {
    int64_t integer = 0;
    double real;
    const re2::RE2* regex;  ///< owned by the expression
  };
  std::string text;

  static Value of(bool b) { return number(Type::boolean, b); }
  static Value of(int64_t i) { return number(Type::integer, i); }
  static Value of(double f) {
    Value v;
    v.type = Type::real;
    v.real = f;
    return v;
  }
  static Value of(std::string s) {
    Value v;
    v.type = Type::string;
    v.text = std::move(s);
    return v;
  }
  static Value duration(int64_t ns) { return number(Type::duration, ns); }
  static Value time(int64_t ns) { return number(Type::time, ns); }

  bool is_number() const { return type == Type::integer || type == Type::real; }
  double as_real() const { return type == Type::real ? real : static_cast<double>(integer); }

 private:
  static Value number(Type type, int64_t i) {
    Value v;
    v.type = type;
    v.integer = i;
    return v;
  }
};

/// What names mean while an expression is evaluated.
class Scope {
 public:
  virtual ~Scope() = default;
  /// Sets out to the field or tag, or to `missing`. False: error says why the name is unusable.
  virtual bool get(std::string_view name, Value& out, std::string& error) const = 0;
  /// The names there are, "a,b,c": shown when a function misses one.
  virtual std::string names() const = 0;
  /// A function without arguments that only this scope knows, such as level().
  virtual bool call(std::string_view, Value&) const { return false; }
  /// Wall clock for now().
  virtual int64_t now() const = 0;
};

struct Step;  // one node of a compiled expression

/// What the stateful functions remember: a slot a call site.
class State {
 public:
  struct Slot {
    int64_t count = 0;
    double mean = 0, m2 = 0, low = 0, high = 0;
  };
  std::vector<Slot> slots;
  std::minstd_rand random{std::random_device{}()};

  State() = default;
  explicit State(const class Expression& expression);
};

class Expression {
 public:
  Expression(std::unique_ptr<Step> root, size_t slots, std::string text);
  ~Expression();
  Expression(Expression&&) noexcept;

  /// False: error is set and out is unspecified.
  bool evaluate(const Scope& scope, State& state, Value& out, std::string& error) const;
  /// evaluate, and the result must be a boolean.
  bool test(const Scope& scope, State& state, bool& out, std::string& error) const;

  size_t slots() const { return slots_; }
  const std::string& text() const { return text_; }  ///< formatted, without "lambda:"

 private:
  std::unique_ptr<Step> root_;
  size_t slots_;
  std::string text_;
};

struct Compiled {
  std::shared_ptr<const Expression> expression;  ///< empty when the tree is no expression
  std::string error;
};

/// Identifiers that stand for values: OK, INFO, WARNING and CRITICAL in a handler's match.
using Constants = std::vector<std::pair<std::string, Value>>;

/// Compiles a lambda node or a bare expression.
Compiled compile(const tickscript::Node& node, const Constants& constants = {});

/// Computes `left op right` for values, as in expressions outside of lambdas.
bool compute(std::string_view op, const Value& left, const Value& right, Value& out,
             std::string& error);

/// A float without exponent, shortest form: what string() gives.
std::string plain(double value);

}  // namespace tickwork::lambda
