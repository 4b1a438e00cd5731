// SPDX-License-Identifier: MIT
// Walking a parsed template with data.
#include <stdexcept>

#include "kit/gotemplate/syntax.hpp"

namespace tickwork::gotemplate {
namespace {

struct RenderError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Renderer {
 public:
  Renderer(const Value& data, Escape escape, std::string& out) : escape_{escape}, out_{out} {
    variables_.emplace_back("$", data);
  }

  int line = 1;

  void run(const std::vector<Piece>& pieces, const Value& dot) {
    const size_t scope = variables_.size();
    for (auto& piece : pieces) {
      if (piece.kind == Piece::Kind::text) {
        out_ += piece.text;
        continue;
      }
      line = piece.line;
      one(piece, dot);
    }
    variables_.erase(variables_.begin() + static_cast<std::ptrdiff_t>(scope), variables_.end());
  }

 private:
  void one(const Piece& piece, const Value& dot) {
    const size_t scope = variables_.size();
    if (piece.kind == Piece::Kind::range) {
      range(piece, dot);
      variables_.erase(variables_.begin() + static_cast<std::ptrdiff_t>(scope), variables_.end());
      return;
    }
    Value value = evaluate(piece.pipeline, dot);
    if (piece.kind == Piece::Kind::action) {
      if (piece.pipeline.variables.empty()) put(value);
      return;  // a declared variable lives on to the end of the block
    }
    bool yes = truth(value);
    run(yes ? piece.then : piece.otherwise, yes && piece.kind == Piece::Kind::with ? value : dot);
    variables_.erase(variables_.begin() + static_cast<std::ptrdiff_t>(scope), variables_.end());
  }

  void put(const Value& value) {
    std::string text = print(value);
    out_ += escape_ == Escape::html ? escape_html(text) : text;
  }

  void range(const Piece& piece, const Value& dot) {
    Pipeline source = piece.pipeline;
    auto names = std::exchange(source.variables, {});
    Value list = evaluate(source, dot);
    if (list.kind != Kind::map && list.kind != Kind::list && list.kind != Kind::none)
      throw RenderError{"range can't iterate over " + print(list)};
    if (list.entries.empty()) return run(piece.otherwise, dot);
    const size_t scope = variables_.size();
    for (size_t i = 0; i < list.entries.size(); ++i) {
      auto& [key, value] = list.entries[i];
      if (names.size() == 2)
        variables_.emplace_back(
            names[0], list.kind == Kind::map ? Value::of(key) : Value::of(static_cast<int64_t>(i)));
      if (!names.empty()) variables_.emplace_back(names.back(), value);
      run(piece.then, value);
      variables_.erase(variables_.begin() + static_cast<std::ptrdiff_t>(scope), variables_.end());
    }
  }

  Value evaluate(const Pipeline& pipeline, const Value& dot) {
    Value value;
    bool piped = false;
    for (auto& command : pipeline.commands) {
      value = call(command, dot, piped ? &value : nullptr);
      piped = true;
    }
    for (auto& name : pipeline.variables)
      pipeline.assign ? assign(name, value) : declare(name, value);
    return value;
  }
  void declare(const std::string& name, const Value& value) {
    variables_.emplace_back(name, value);
  }
  void assign(const std::string& name, const Value& value) { variable(name) = value; }
  Value& variable(const std::string& name) {
    for (auto i = variables_.rbegin(); i != variables_.rend(); ++i)
      if (i->first == name) return i->second;
    throw RenderError{"undefined variable \"" + name + "\""};
  }

  Value call(const std::vector<Operand>& command, const Value& dot, const Value* piped) {
    std::vector<Value> args;
    for (size_t i = 1; i < command.size(); ++i) args.push_back(operand(command[i], dot, nullptr));
    if (piped) args.push_back(*piped);
    return operand(command[0], dot, &args);
  }

  /// args: null for an argument, else what follows in the command (for functions and methods).
  Value operand(const Operand& o, const Value& dot, const std::vector<Value>* args) {
    static const std::vector<Value> none;
    Value value;
    switch (o.kind) {
      case Operand::Kind::literal:
        value = o.literal;
        break;
      case Operand::Kind::dot:
        value = dot;
        break;
      case Operand::Kind::variable:
        value = variable(o.name);
        break;
      case Operand::Kind::parentheses:
        value = evaluate(*o.inside, dot);
        break;
      case Operand::Kind::function: {
        std::string error;
        if (!call_function(o.name, args ? *args : none, value, error))
          throw RenderError{"error calling " + o.name + ": " + error};
        args = nullptr;
        break;
      }
    }
    for (size_t i = 0; i < o.fields.size(); ++i) {
      bool last = i + 1 == o.fields.size();
      value = field(value, o.fields[i], last && args ? *args : none);
      if (last) args = nullptr;
    }
    if (args && !args->empty()) throw RenderError{"can't give argument to non-function"};
    return value;
  }

  static Value field(const Value& of, const std::string& name, const std::vector<Value>& args) {
    if (of.kind == Kind::map) {
      if (auto* found = of.find(name)) return *found;
      if (of.missing == Missing::no_value) return {};
      if (of.missing == Missing::empty) return Value::of(std::string{});
      throw RenderError{"can't evaluate field " + name};
    }
    Value out;
    std::string error;
    if (call_method(of, name, args, out, error)) return out;
    throw RenderError{error};
  }

  Escape escape_;
  std::string& out_;
  std::vector<std::pair<std::string, Value>> variables_;
};

}  // namespace

Template::Template(std::unique_ptr<Body> body) : body_{std::move(body)} {}
Template::~Template() = default;

Template::Parsed Template::parse(std::string_view name, std::string_view text) {
  std::string error;
  auto body = parse_body(name, text, error);
  if (!body) return {nullptr, error};
  return {std::make_shared<const Template>(std::move(body)), {}};
}

bool Template::render(const Value& data, Escape escape, std::string& out,
                      std::string& error) const {
  Renderer renderer{data, escape, out};
  try {
    renderer.run(body_->pieces, data);
    return true;
  } catch (const RenderError& e) {
    error = "template: " + body_->name + ":" + std::to_string(renderer.line) + ": executing \"" +
            body_->name + "\": " + e.what();
    return false;
  }
}

}  // namespace tickwork::gotemplate
