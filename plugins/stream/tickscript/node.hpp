// SPDX-License-Identifier: MIT
// Node: a step of a task. Nodes of a task form a graph; a point goes through it depth first on the
// task's own thread, so nodes need no locks, except for what the HTTP API reads (counters,
// httpOut).
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kit/tickscript/tickscript.hpp"
#include "point.hpp"

namespace tickwork::stream {

class Task;
class Args;
class Node;

/// A mistake in a script; the position is added where it is known.
struct ScriptError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Edge : uint8_t { none, stream, batch };
std::string_view name(Edge edge);

/// A lambda of the script, compiled, with what its functions remember.
struct Condition {
  std::shared_ptr<const lambda::Expression> expression;
  lambda::State state;
  explicit operator bool() const { return expression != nullptr; }
};

class Node {
 public:
  /// kind: the name in DOT ("http_out"); type: Kapacitor's class in messages ("HTTPOutNode").
  Node(std::string kind, std::string type, Edge wants, Edge provides);
  virtual ~Node() = default;
  Node(const Node&) = delete;

  virtual void point(const PointPtr&, size_t parent);
  virtual void batch(const BatchPtr&, size_t parent);
  /// Nothing older than time will come for the group.
  virtual void barrier(const GroupPtr& group, int64_t time, size_t parent);
  /// Checks what is only known when all properties are set; throws ScriptError.
  virtual void check() {}
  /// The task starts or stops; start throws what keeps the task from running.
  virtual void start(Task&) {}
  virtual void stop() {}
  /// The source ended: emit what is held back (joins, unions).
  virtual void drain() {}

  /// Calls a property; false when there is none of that name.
  bool set_property(const std::string& name, Args& args);
  bool has_property(const std::string& name) const { return properties_.contains(name); }
  /// Properties that no table lists: options of functions and of handlers.
  virtual bool other_property(const std::string&, Args&) { return false; }

  void add_child(Node& child);
  std::string message_type() const { return "*pipeline." + class_name; }

  struct Child {
    Node* node;
    size_t parent;                                // which of its parents we are
    std::unique_ptr<std::atomic<int64_t>> count;  // passed along this edge
  };

  std::string label;       // "from1"
  std::string kind_name;   // "from"
  std::string class_name;  // "FromNode"
  Edge wants, provides;
  std::vector<Child> children;
  std::vector<Node*> parents;
  Task* task = nullptr;
  bool quiet = false;

  std::atomic<int64_t> collected{0}, emitted{0}, errors{0}, busy_ns{0};
  std::map<std::string, std::atomic<int64_t>> counters;  // node specific, made in constructors
  virtual size_t groups() const { return 0; }

  /// Entry for parents: counts, times, forwards to point or batch.
  void collect(const PointPtr& p, size_t parent);
  void collect(const BatchPtr& b, size_t parent);

 protected:
  void emit(const PointPtr& p);
  void emit(const BatchPtr& b);
  void emit_barrier(const GroupPtr& group, int64_t time);
  /// Counts an error and logs it unless quiet.
  void fail(const std::string& message);

  using Setter = std::function<void(Args&)>;
  void property(const std::string& name, Setter set) { properties_[name] = std::move(set); }
  void property(const std::string& name, std::string& target);
  void property(const std::string& name, int64_t& target);
  void property(const std::string& name, double& target);
  void duration(const std::string& name, int64_t& target);
  void flag(const std::string& name, bool& target);
  void condition(const std::string& name, Condition& target);

  /// Evaluates with this node's clock; false after a logged error.
  bool test(Condition& condition, lambda::State& state, const Point& point, bool& out);

 private:
  std::map<std::string, Setter> properties_;
};

/// State a group, made on first sight.
template <class State>
class PerGroup {
 public:
  State& operator[](const Group& group) { return states_[group.id]; }
  size_t size() const { return states_.size(); }
  auto begin() { return states_.begin(); }
  auto end() { return states_.end(); }

 private:
  std::map<std::string, State> states_;
};

}  // namespace tickwork::stream
