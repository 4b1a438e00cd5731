// SPDX-License-Identifier: MIT
// From syntax tree to steps, and their evaluation.
#include <re2/re2.h>

#include <array>

#include "kit/lambda/step.hpp"

namespace tickwork::lambda {

using tickscript::Kind;
using tickscript::Node;
using tickscript::Token;

namespace {

constexpr size_t max_arguments = 4;

class Compiler {
 public:
  explicit Compiler(const Constants& constants) : constants_{constants} {}

  size_t slots = 0;
  std::string error;

  std::unique_ptr<Step> compile(const Node& node) {
    auto step = std::make_unique<Step>();
    step->kind = Step::Kind::constant;
    if (!fill(*step, node)) return nullptr;
    for (auto& child : node.children) {
      if (node.kind == Kind::lambda) return compile(*child);
      auto compiled = compile(*child);
      if (!compiled) return nullptr;
      step->children.push_back(std::move(compiled));
    }
    return step;
  }

 private:
  bool fill(Step& step, const Node& node) {
    switch (node.kind) {
      case Kind::integer:
        step.value = Value::of(node.integer);
        return true;
      case Kind::real:
        step.value = Value::of(node.real);
        return true;
      case Kind::string:
        step.value = Value::of(node.text);
        return true;
      case Kind::boolean:
        step.value = Value::of(node.integer != 0);
        return true;
      case Kind::duration:
        step.value = Value::duration(node.integer);
        return true;
      case Kind::regex:
        return regex(step, node.text);
      case Kind::lambda:
        return true;
      case Kind::reference:
        step.kind = Step::Kind::reference;
        step.value = Value::of(node.text);
        return true;
      case Kind::identifier:
        return constant(step, node.text);
      case Kind::unary:
      case Kind::binary:
        step.kind = node.kind == Kind::unary ? Step::Kind::unary : Step::Kind::binary;
        step.op = node.op;
        return true;
      case Kind::function:
        return function(step, node);
      default:
        error = "invalid lambda expression";
        return false;
    }
  }

  bool regex(Step& step, const std::string& text) {
    RE2::Options quiet;
    quiet.set_log_errors(false);
    step.regex = std::make_unique<RE2>(text, quiet);
    step.value.type = Type::regex;
    step.value.regex = step.regex.get();
    if (!step.regex->ok()) error = "error parsing regexp: " + step.regex->error();
    return step.regex->ok();
  }

  bool constant(Step& step, const std::string& text) {
    for (auto& [key, value] : constants_)
      if (key == text) {
        step.value = value;
        return true;
      }
    error = "name \"" + text + "\" is undefined. Names in scope: ";
    return false;
  }

  bool function(Step& step, const Node& node) {
    step.kind = Step::Kind::call;
    step.value = Value::of(node.text);
    step.function = find_function(node.text);
    if (node.children.size() > max_arguments) {
      error = "too many arguments provided to function \"" + node.text + "\"";
      return false;
    }
    if (step.function && step.function->stateful) step.slot = slots++;
    return true;
  }

  const Constants& constants_;
};

}  // namespace

bool Step::evaluate(const Evaluation& in, Value& out) const {
  switch (kind) {
    case Kind::constant:
      out = value;
      return true;
    case Kind::reference:
      return in.scope.get(value.text, out, in.error);
    case Kind::unary:
      return unary(in, out);
    case Kind::binary:
      return binary(in, out);
    default:
      return call(in, out);
  }
}

bool Step::unary(const Evaluation& in, Value& out) const {
  if (!children[0]->evaluate(in, out)) return false;
  if (op == Token::not_) {
    if (out.type != Type::boolean)
      return in.fail("invalid unary operator ! for type " + std::string{name(out.type)});
    out.integer = !out.integer;
    return true;
  }
  if (out.type == Type::real) {
    out.real = -out.real;
  } else if (out.type == Type::integer || out.type == Type::duration) {
    out.integer = static_cast<int64_t>(0 - static_cast<uint64_t>(out.integer));
  } else {
    return in.fail("invalid unary operator - for type " + std::string{name(out.type)});
  }
  return true;
}

bool Step::binary(const Evaluation& in, Value& out) const {
  Value left, right;
  if (!children[0]->evaluate(in, left)) return false;
  if (left.type == Type::missing)
    return in.fail("left reference value \"" + children[0]->value.text + "\" is missing value");
  if (is_logical(op) && left.type == Type::boolean && (left.integer != 0) == (op == Token::or_)) {
    out = std::move(left);
    return true;
  }
  if (!children[1]->evaluate(in, right)) return false;
  if (right.type == Type::missing)
    return in.fail("right reference value \"" + children[1]->value.text + "\" is missing value");
  return apply(op, left, right, out, in.error);
}

bool Step::call(const Evaluation& in, Value& out) const {
  if (!function) {
    if (children.empty() && in.scope.call(value.text, out)) return true;
    return in.fail("undefined function: \"" + value.text + "\"");
  }
  std::array<Value, max_arguments> storage;
  std::span<Value> args{storage.data(), children.size()};
  for (size_t i = 0; i < args.size(); ++i)
    if (!children[i]->evaluate(in, args[i])) return false;
  if (!check_signature(in, args)) return false;
  State::Slot* memory = function->stateful ? &in.state.slots[slot] : nullptr;
  if (function->call({args, memory, in}, out)) return true;
  return in.fail("error calling \"" + value.text + "\": " + in.error);
}

namespace {

bool fits(std::string_view signature, std::span<const Value> args) {
  static constexpr std::string_view letters = "mbifsrtd";  // in the order of Type
  if (signature.size() != args.size()) return false;
  for (size_t i = 0; i < args.size(); ++i)
    if (letters[static_cast<size_t>(args[i].type)] != signature[i]) return false;
  return true;
}

std::string type_list(std::string_view signature) {
  static constexpr std::string_view letters = "mbifsrtd";
  std::string list = "(";
  for (char c : signature) {
    if (list.size() > 1) list += ',';
    list += name(static_cast<Type>(letters.find(c)));
  }
  return list + ')';
}

}  // namespace

bool Step::check_signature(const Evaluation& in, std::span<const Value> args) const {
  for (auto signature : function->signatures)
    if (fits(signature, args)) return true;
  std::string given, known;
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i].type == Type::missing)
      return in.fail("Cannot call function \"" + value.text + "\" argument \"" +
                     children[i]->value.text + "\" is missing, values in scope are [" +
                     in.scope.names() + "]");
    given += (given.empty() ? "" : ",") + std::string{name(args[i].type)};
  }
  for (auto signature : function->signatures)
    known += (known.empty() ? "" : ",") + type_list(signature);
  return in.fail("Cannot call function \"" + value.text + "\" with args (" + given +
                 "), available signatures are [" + known + "]");
}

Expression::Expression(std::unique_ptr<Step> root, size_t slots, std::string text)
    : root_{std::move(root)}, slots_{slots}, text_{std::move(text)} {}
Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;

State::State(const Expression& expression) : slots(expression.slots()) {}

bool Expression::evaluate(const Scope& scope, State& state, Value& out, std::string& error) const {
  if (state.slots.size() < slots_) state.slots.resize(slots_);
  return root_->evaluate({scope, state, error}, out);
}

bool Expression::test(const Scope& scope, State& state, bool& out, std::string& error) const {
  Value value;
  if (!evaluate(scope, state, value, error)) return false;
  if (value.type != Type::boolean) {
    error = "expression returned unexpected type " + std::string{name(value.type)};
    return false;
  }
  out = value.integer != 0;
  return true;
}

Compiled compile(const Node& node, const Constants& constants) {
  Compiler compiler{constants};
  auto root = compiler.compile(node);
  if (!root) return {nullptr, compiler.error};
  auto text =
      node.kind == Kind::lambda ? tickscript::format_expression(node) : tickscript::format(node);
  return {std::make_shared<Expression>(std::move(root), compiler.slots, std::move(text)), {}};
}

}  // namespace tickwork::lambda
