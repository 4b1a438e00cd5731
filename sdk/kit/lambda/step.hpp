// SPDX-License-Identifier: MIT
// The compiled form: a tree of steps, and the table of functions they call.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kit/lambda/lambda.hpp"
#include "kit/tickscript/tickscript.hpp"

namespace tickwork::lambda {

struct Evaluation {
  const Scope& scope;
  State& state;
  std::string& error;

  bool fail(std::string message) const {
    error = std::move(message);
    return false;
  }
};

/// A call of a built-in function, its arguments checked against the signatures.
struct Call {
  std::span<Value> args;
  State::Slot* slot;  ///< for stateful functions
  const Evaluation& in;
};

struct Function {
  std::string_view name;
  std::vector<std::string_view> signatures;  ///< a letter an argument: b i f s r t d, m missing
  bool (*call)(const Call&, Value& out);
  bool stateful = false;
};

/// The built-in of that name, or nullptr.
const Function* find_function(std::string_view name);

struct Step {
  enum class Kind : uint8_t { constant, reference, unary, binary, call } kind;
  tickscript::Token op = tickscript::Token::eof;
  Value value;                      // constant; its text is a reference's or function's name
  std::unique_ptr<re2::RE2> regex;  // owner of value.regex
  const Function* function = nullptr;
  size_t slot = 0;
  std::vector<std::unique_ptr<Step>> children;

  bool evaluate(const Evaluation& in, Value& out) const;

 private:
  bool unary(const Evaluation& in, Value& out) const;
  bool binary(const Evaluation& in, Value& out) const;
  bool call(const Evaluation& in, Value& out) const;
  bool check_signature(const Evaluation& in, std::span<const Value> args) const;
};

/// left op right; false with the sentence for the types at hand.
bool apply(tickscript::Token op, const Value& left, const Value& right, Value& out,
           std::string& error);

}  // namespace tickwork::lambda
