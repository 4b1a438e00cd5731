// SPDX-License-Identifier: MIT
// Script evaluation: a parsed TICKscript becomes a graph of nodes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "node.hpp"

namespace tickwork::stream {

/// A value of the script language. Lists hold strings and stars; lambdas are trees.
struct Object {
  enum class Kind : uint8_t {
    none,
    value,
    regex,
    lambda,
    list,
    star,
    node,
    dimension_time
  } kind = Kind::none;
  Value value;
  tickscript::NodePtr tree;  // lambda, regex
  std::vector<Object> list;
  Node* node = nullptr;

  static Object of(Value v) {
    Object o;
    o.kind = Kind::value;
    o.value = std::move(v);
    return o;
  }
  static Object of(Node* n) {
    Object o;
    o.kind = Kind::node;
    o.node = n;
    return o;
  }
};

/// Go's name of an object's type, for messages.
std::string type_name(const Object& object);

/// Arguments of a call; accessors throw what Kapacitor says about a wrong one.
class Args {
 public:
  Args(std::string function, std::vector<Object> objects)
      : function_{std::move(function)}, objects_{std::move(objects)} {}

  size_t size() const { return objects_.size(); }
  const Object& operator[](size_t i) const { return objects_[i]; }
  void expect(size_t n) const;
  void expect_between(size_t least, size_t most) const;
  std::string string(size_t i = 0) const;
  int64_t integer(size_t i = 0) const;
  double real(size_t i = 0) const;
  bool boolean(size_t i = 0) const;
  int64_t duration(size_t i = 0) const;
  Condition lambda(size_t i = 0) const;
  Node& node(size_t i) const;
  std::vector<std::string> strings(size_t from = 0) const;

 private:
  const Object& at(size_t i) const;
  const Value& value(size_t i, Type type, const char* go_type) const;
  std::string function_;
  std::vector<Object> objects_;
};

/// A variable of a script, as the API shows it.
struct Variable {
  std::string name, type, description;
  bool required = false;
  std::string json;  // its value, "null" when required
};

struct DatabaseRetention {
  std::string database, retention;
  bool operator==(const DatabaseRetention&) const = default;
};

/// The nodes of a task in creation order; nodes[0] is the source.
struct Pipeline {
  std::string type;  // "stream" or "batch", empty when the script uses neither
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<DatabaseRetention> dbrps;
  std::vector<Variable> variables;

  template <class N>
  N& add(std::unique_ptr<N> node) {
    node->label = node->kind_name + std::to_string(next_index++);
    N& reference = *node;
    nodes.push_back(std::move(node));
    return reference;
  }
  size_t next_index = 0;
  std::string dot(const std::string& id, bool attributes, bool running) const;
};

/// Values given to a script's variables from outside.
using Overrides = std::map<std::string, Object>;

struct Environment {
  std::function<bool(const std::string&)> is_udf;      // a plugin stream.<name> exists
  std::function<bool(const std::string&)> is_handler;  // a plugin handlers.<name> exists
};

/// Evaluates a script. Throws ScriptError: "line 1 char 2: ..." or a parser's sentence.
std::unique_ptr<Pipeline> compile_script(const std::string& text, const Overrides& overrides,
                                         const Environment& environment, bool only_check = false);

/// Makes the node of a chaining method, or nullptr when the parent has none of that name.
Node* make_node(Pipeline& pipeline, const Environment& environment, Node& parent,
                const std::string& method, Args& args);
bool has_method(const Node& parent, const std::string& method);
/// A user-defined function's node.
Node* make_udf(Pipeline& pipeline, Node& parent, const std::string& method);

}  // namespace tickwork::stream
