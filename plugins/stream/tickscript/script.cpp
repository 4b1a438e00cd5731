// SPDX-License-Identifier: MIT
// Walks a syntax tree. Values outside of lambdas are computed here; inside of lambdas identifiers
// are replaced by the values of their variables.
#include "script.hpp"

#include <algorithm>
#include <set>

#include "kit/gojson/gojson.hpp"

namespace tickwork::stream {

using tickscript::Kind;
using tickscript::NodePtr;
using Tree = tickscript::Node;

std::string type_name(const Object& o) {
  switch (o.kind) {
    case Object::Kind::value:
      switch (o.value.type) {
        case Type::boolean:
          return "bool";
        case Type::integer:
          return "int64";
        case Type::real:
          return "float64";
        case Type::duration:
          return "time.Duration";
        default:
          return "string";
      }
    case Object::Kind::regex:
      return "*regexp.Regexp";
    case Object::Kind::lambda:
      return "*ast.LambdaNode";
    case Object::Kind::list:
      return "[]interface {}";
    case Object::Kind::star:
      return "*ast.StarNode";
    case Object::Kind::node:
      return o.node->message_type();
    default:
      return "<nil>";
  }
}

void Args::expect(size_t n) const { expect_between(n, n); }
void Args::expect_between(size_t least, size_t most) const {
  if (size() < least || size() > most)
    throw ScriptError{"function \"" + function_ + "\" called with " + std::to_string(size()) +
                      " arguments, expected " + std::to_string(least) +
                      (most == least ? "" : " to " + std::to_string(most))};
}
const Object& Args::at(size_t i) const {
  if (i >= size())
    throw ScriptError{"missing argument " + std::to_string(i + 1) + " of \"" + function_ + "\""};
  return objects_[i];
}
const Value& Args::value(size_t i, Type type, const char* go_type) const {
  const Object& o = at(i);
  if (o.kind != Object::Kind::value || o.value.type != type)
    throw ScriptError{"cannot assign " + type_name(o) + " to type " + go_type};
  return o.value;
}
std::string Args::string(size_t i) const { return value(i, Type::string, "string").text; }
int64_t Args::integer(size_t i) const { return value(i, Type::integer, "int64").integer; }
double Args::real(size_t i) const { return value(i, Type::real, "float64").real; }
bool Args::boolean(size_t i) const { return value(i, Type::boolean, "bool").integer != 0; }
int64_t Args::duration(size_t i) const { return value(i, Type::duration, "time.Duration").integer; }
Node& Args::node(size_t i) const {
  if (at(i).kind != Object::Kind::node)
    throw ScriptError{"cannot use " + type_name(at(i)) + " as a node in \"" + function_ + "\""};
  return *at(i).node;
}
Condition Args::lambda(size_t i) const {
  if (at(i).kind != Object::Kind::lambda)
    throw ScriptError{"cannot assign " + type_name(at(i)) + " to type *ast.LambdaNode"};
  auto compiled = lambda::compile(*at(i).tree);
  if (!compiled.expression) throw ScriptError{compiled.error};
  return {compiled.expression, lambda::State{*compiled.expression}};
}
std::vector<std::string> Args::strings(size_t from) const {
  std::vector<std::string> all;
  for (size_t i = from; i < size(); ++i) all.push_back(string(i));
  return all;
}

namespace {

std::string at_position(const Tree& tree, const std::string& message) {
  if (message.starts_with("line ")) return message;
  return "line " + std::to_string(tree.at.line) + " char " + std::to_string(tree.at.column) + ": " +
         message;
}

Object text_object(std::string text) { return Object::of(Value::of(std::move(text))); }

class Evaluator {
 public:
  Evaluator(Pipeline& pipeline, const Overrides& overrides, const Environment& environment,
            bool only_check)
      : pipeline_{pipeline},
        overrides_{overrides},
        environment_{environment},
        only_check_{only_check} {}

  void run(const Tree& program) {
    for (auto& statement : program.children) {
      try {
        statement_of(*statement);
      } catch (const ScriptError& e) {
        throw ScriptError{at_position(*statement, e.what())};
      }
    }
    for (auto& node : pipeline_.nodes) node->check();
  }

 private:
  void statement_of(const Tree& tree) {
    switch (tree.kind) {
      case Kind::comment:
        return;
      case Kind::dbrp:
        pipeline_.dbrps.push_back({tree.text, tree.type});
        return;
      case Kind::declaration:
        return declare(tree);
      case Kind::type_declaration:
        return declare_type(tree);
      default:
        evaluate(tree);
    }
  }

  void declare(const Tree& tree) {
    Object value = evaluate(*tree.children[0]);
    if (value.kind != Object::Kind::node) {
      note_variable(tree, value, false);
      if (auto given = overrides_.find(tree.text); given != overrides_.end()) {
        check_override(tree.text, value, given->second);
        value = given->second;
      }
    }
    define(tree.text, std::move(value));
  }
  void declare_type(const Tree& tree) {
    static const std::set<std::string> types{"bool",  "int",    "float", "string", "duration",
                                             "regex", "lambda", "list",  "star"};
    if (!types.contains(tree.type)) throw ScriptError{"invalid var type \"" + tree.type + "\""};
    Variable variable{tree.text, tree.type, description(tree), true, "null"};
    pipeline_.variables.push_back(variable);
    auto given = overrides_.find(tree.text);
    if (given == overrides_.end()) {
      if (only_check_) return define(tree.text, placeholder(tree.type));
      throw ScriptError{"missing value for var \"" + tree.text + "\"."};
    }
    if (kind_name(given->second) != tree.type)
      throw ScriptError{"invalid type supplied for " + tree.text + ", got " +
                        kind_name(given->second) + " exp " + tree.type};
    define(tree.text, given->second);
  }
  static Object placeholder(const std::string& type) {
    if (type == "int") return Object::of(Value::of(int64_t{1}));
    if (type == "float") return Object::of(Value::of(1.0));
    if (type == "bool") return Object::of(Value::of(true));
    if (type == "duration") return Object::of(Value::duration(1'000'000'000));
    Object o = text_object("x");
    auto parsed = tickscript::parse_lambda("TRUE");
    if (type == "lambda") o.kind = Object::Kind::lambda, o.tree = parsed.root;
    if (type == "list") o.kind = Object::Kind::list;
    if (type == "star") o.kind = Object::Kind::star;
    return o;
  }

  void define(const std::string& name, Object value) {
    if (name == "stream" || name == "batch" || variables_.contains(name))
      throw ScriptError{"attempted to redefine " + name + ", vars are immutable"};
    variables_.emplace(name, std::move(value));
  }

  static std::string description(const Tree& tree) {
    std::string text;
    if (tree.comment)
      for (auto& line : *tree.comment) text += (text.empty() ? "" : "\n") + line;
    return text;
  }
  void note_variable(const Tree& tree, const Object& value, bool required) {
    pipeline_.variables.push_back(
        {tree.text, kind_name(value), description(tree), required, variable_json(value)});
  }
  static std::string kind_name(const Object& o) {
    switch (o.kind) {
      case Object::Kind::regex:
        return "regex";
      case Object::Kind::lambda:
        return "lambda";
      case Object::Kind::list:
        return "list";
      case Object::Kind::star:
        return "star";
      default:
        break;
    }
    switch (o.value.type) {
      case Type::boolean:
        return "bool";
      case Type::integer:
        return "int";
      case Type::real:
        return "float";
      case Type::duration:
        return "duration";
      default:
        return "string";
    }
  }
  static std::string variable_json(const Object& o) {
    std::string out;
    if (o.kind == Object::Kind::lambda)
      gojson::append(out, tickscript::format_expression(*o.tree));
    else if (o.kind == Object::Kind::regex)
      gojson::append(out, o.tree->text);
    else if (o.kind == Object::Kind::list) {
      out = "[";
      for (auto& item : o.list)
        out += std::string{out.size() > 1 ? "," : ""} + "{\"type\":\"" + kind_name(item) +
               "\",\"value\":" + variable_json(item) + "}";
      out += "]";
    } else if (o.kind == Object::Kind::value && o.value.type == Type::duration) {
      gojson::append(out, o.value.integer);
    } else if (o.kind == Object::Kind::value) {
      out = value_json(o.value);
    } else {
      out = "\"*\"";
    }
    return out;
  }
  static void check_override(const std::string& name, const Object& own, const Object& given) {
    if (kind_name(own) != kind_name(given))
      throw ScriptError{"invalid type supplied for " + name + ", got " + kind_name(given) +
                        " exp " + kind_name(own)};
  }

  Object evaluate(const Tree& tree) {
    try {
      return value_of(tree);
    } catch (const ScriptError& e) {
      throw ScriptError{at_position(tree, e.what())};
    }
  }

  Object value_of(const Tree& tree) {
    switch (tree.kind) {
      case Kind::integer:
        return Object::of(Value::of(tree.integer));
      case Kind::real:
        return Object::of(Value::of(tree.real));
      case Kind::string:
        return text_object(tree.text);
      case Kind::boolean:
        return Object::of(Value::of(tree.integer != 0));
      case Kind::duration:
        return Object::of(Value::duration(tree.integer));
      case Kind::star:
        return tree_object(Object::Kind::star, tree);
      case Kind::regex:
        return tree_object(Object::Kind::regex, tree);
      case Kind::lambda:
        return lambda(tree);
      case Kind::list:
        return list(tree);
      case Kind::identifier:
        return identifier(tree.text);
      case Kind::function:
        return global(tree);
      case Kind::chain:
        return chain(tree);
      case Kind::unary:
      case Kind::binary:
        return computed(tree);
      case Kind::reference:
        throw ScriptError{
            "cannot assign *ast.ReferenceNode to type string, did you use double quotes "
            "instead of single quotes?"};
      default:
        throw ScriptError{"unexpected statement"};
    }
  }

  static Object tree_object(Object::Kind kind, const Tree& tree) {
    Object o;
    o.kind = kind;
    o.tree = std::make_shared<Tree>(tree);
    return o;
  }

  Object lambda(const Tree& tree) {
    Object o;
    o.kind = Object::Kind::lambda;
    o.tree = substitute(tree);
    return o;
  }

  Object list(const Tree& tree) {
    Object o;
    o.kind = Object::Kind::list;
    for (auto& item : tree.children) o.list.push_back(evaluate(*item));
    return o;
  }

  Object identifier(const std::string& name) {
    if (name == "stream" || name == "batch") return source(name);
    if (auto found = variables_.find(name); found != variables_.end()) return found->second;
    throw ScriptError{"name \"" + name + "\" is undefined. Names in scope: " + names()};
  }
  std::string names() const {
    std::set<std::string> all{"batch", "stream"};
    for (auto& [name, value] : variables_) all.insert(name);
    std::string text;
    for (auto& name : all) text += (text.empty() ? "" : ",") + name;
    return text;
  }
  Object source(const std::string& name) {
    if (!pipeline_.type.empty() && pipeline_.type != name)
      throw ScriptError{"cannot use both stream and batch in one task"};
    pipeline_.type = name;
    if (pipeline_.nodes.empty())
      pipeline_.add(std::make_unique<Node>(name, name == "stream" ? "StreamNode" : "BatchNode",
                                           Edge::none,
                                           name == "stream" ? Edge::stream : Edge::batch));
    return Object::of(pipeline_.nodes[0].get());
  }

  // A copy of a lambda with the values of variables in place of their names.
  NodePtr substitute(const Tree& tree) {
    if (tree.kind == Kind::identifier) return literal(identifier(tree.text), tree);
    auto copy = std::make_shared<Tree>(tree);
    for (auto& child : copy->children) child = substitute(*child);
    return copy;
  }
  static NodePtr literal(const Object& o, const Tree& at) {
    if (o.kind == Object::Kind::lambda) {
      auto copy = std::make_shared<Tree>(*o.tree->children[0]);
      if (copy->kind == Kind::binary) copy->parens = true;
      return copy;
    }
    if (o.kind == Object::Kind::regex) return o.tree;
    auto node = std::make_shared<Tree>();
    node->at = at.at;
    if (o.kind != Object::Kind::value)
      throw ScriptError{"cannot use " + type_name(o) + " in a lambda"};
    switch (o.value.type) {
      case Type::boolean:
        node->kind = Kind::boolean;
        break;
      case Type::integer:
        node->kind = Kind::integer;
        break;
      case Type::duration:
        node->kind = Kind::duration;
        break;
      case Type::real:
        node->kind = Kind::real;
        node->real = o.value.real;
        return node;
      default:
        node->kind = Kind::string;
        node->text = o.value.text;
        return node;
    }
    node->integer = o.value.integer;
    return node;
  }

  Object computed(const Tree& tree) {
    auto parsed = substitute(tree);
    auto compiled = lambda::compile(*parsed);
    if (!compiled.expression) throw ScriptError{compiled.error};
    struct Nothing : lambda::Scope {
      bool get(std::string_view name, Value&, std::string& error) const override {
        error = "cannot use reference \"" + std::string{name} + "\" outside of a lambda";
        return false;
      }
      std::string names() const override { return {}; }
      int64_t now() const override { return 0; }
    } nothing;
    lambda::State state{*compiled.expression};
    Value out;
    std::string error;
    if (!compiled.expression->evaluate(nothing, state, out, error)) throw ScriptError{error};
    return Object::of(std::move(out));
  }

  Object global(const Tree& tree) {
    auto args = arguments(tree);
    if (tree.text == "time") {  // of a query's groupBy
      Object o = args.empty() ? Object{} : args[0];
      if (args.size() > 1) o.list.push_back(args[1]);
      o.kind = Object::Kind::dimension_time;
      return o;
    }
    if (tree.text == "stream" || tree.text == "batch") {
      pipeline_.type = "invalid";
      throw ScriptError{"invalid task type: invalid"};
    }
    throw ScriptError{"undefined function: \"" + tree.text + "\""};
  }

  std::vector<Object> arguments(const Tree& call) {
    std::vector<Object> args;
    for (auto& child : call.children) {
      if (child->kind == Kind::reference)
        args.push_back(reference(*child));
      else
        args.push_back(evaluate(*child));
    }
    if (args.size() == 1 && args[0].kind == Object::Kind::list) return args[0].list;
    return args;
  }
  [[noreturn]] static Object reference(const Tree&) {
    throw ScriptError{
        "cannot assign *ast.ReferenceNode to type string, did you use double quotes instead "
        "of single quotes?"};
  }

  // Links lean left: walk from the head, so that long chains need no deep recursion.
  Object chain(const Tree& tree) {
    std::vector<const Tree*> links;
    const Tree* head = &tree;
    for (; head->kind == Kind::chain; head = head->children[0].get()) links.push_back(head);
    Object left = evaluate(*head);
    for (auto link = links.rbegin(); link != links.rend(); ++link) {
      try {
        left = link_of(**link, left);
      } catch (const ScriptError& e) {
        throw ScriptError{at_position(*(*link)->children[1], e.what())};
      }
    }
    return left;
  }

  Object link_of(const Tree& link, const Object& left) {
    const Tree& right = *link.children[1];
    if (left.kind != Object::Kind::node)
      throw ScriptError{"cannot call \"" + right.text + "\" on " + type_name(left)};
    Node& on = *left.node;
    Args args{right.text, right.kind == Kind::function ? arguments(right) : std::vector<Object>{}};
    switch (link.op) {
      case tickscript::Token::pipe:
        return chained(on, right.text, args);
      case tickscript::Token::at:
        if (!environment_.is_udf || !environment_.is_udf(right.text))
          throw ScriptError{"no UDF or method named \"" + right.text + "\" on " +
                            on.message_type()};
        return Object::of(make_udf(pipeline_, on, right.text));
      default:
        return property(on, right, args);
    }
  }

  Object chained(Node& on, const std::string& method, Args& args) {
    if (Node* made = make_node(pipeline_, environment_, on, method, args)) return Object::of(made);
    if (on.has_property(method))
      throw ScriptError{"no chaining method \"" + method + "\" on " + on.message_type() +
                        ", but property does exist. Use '.' operator instead"};
    throw ScriptError{"no method or property \"" + method + "\" on " + on.message_type()};
  }

  Object property(Node& on, const Tree& right, Args& args) {
    if (on.set_property(right.text, args)) return Object::of(&on);
    if (has_method(on, right.text))
      throw ScriptError{"no property method \"" + right.text + "\" on " + on.message_type() +
                        ", but chaining method does exist. Use '|' operator instead"};
    throw ScriptError{"no method or property \"" + right.text + "\" on " + on.message_type()};
  }

  Pipeline& pipeline_;
  const Overrides& overrides_;
  const Environment& environment_;
  bool only_check_;
  std::map<std::string, Object> variables_;
};

}  // namespace

std::unique_ptr<Pipeline> compile_script(const std::string& text, const Overrides& overrides,
                                         const Environment& environment, bool only_check) {
  auto parsed = tickscript::parse(text);
  if (!parsed.root) throw ScriptError{parsed.error};
  auto pipeline = std::make_unique<Pipeline>();
  Evaluator{*pipeline, overrides, environment, only_check}.run(*parsed.root);
  return pipeline;
}

std::string Pipeline::dot(const std::string& id, bool attributes, bool running) const {
  std::string out = "digraph " + id + " {\n";
  const char* separator = attributes ? "" : "label=\"";
  if (running) out += "graph [throughput=\"0.00 points/s\"];\n\n";
  for (auto& node : nodes) {
    int64_t count = std::max<int64_t>(node->collected, 1);
    if (running)
      out += node->label + " [" + separator + "avg_exec_time_ns=\"" +
             std::to_string(node->busy_ns / count) + "ns\" errors=\"" +
             std::to_string(node->errors) + "\" working_cardinality=\"" +
             std::to_string(node->groups()) + "\" ];\n";
    for (auto& child : node->children)
      out += node->label + " -> " + child.node->label +
             (running ? " [processed=\"" + std::to_string(*child.count) + "\"]" : "") + ";\n";
    if (running && !node->children.empty()) out += '\n';
  }
  return out + "}";
}

}  // namespace tickwork::stream
