// SPDX-License-Identifier: MIT
// The edges between nodes, counters, and properties that just set a member.
#include "node.hpp"

#include <chrono>

#include "script.hpp"
#include "task.hpp"

namespace tickwork::stream {

std::string_view name(Edge edge) {
  return edge == Edge::stream ? "stream" : edge == Edge::batch ? "batch" : "noedge";
}

Node::Node(std::string kind, std::string type, Edge wanted, Edge provided)
    : kind_name{std::move(kind)}, class_name{std::move(type)}, wants{wanted}, provides{provided} {
  flag("quiet", quiet);
}

void Node::point(const PointPtr& p, size_t) { emit(p); }
void Node::batch(const BatchPtr& b, size_t) { emit(b); }
void Node::barrier(const GroupPtr& group, int64_t time, size_t) { emit_barrier(group, time); }

void Node::add_child(Node& child) {
  if (provides == Edge::none)
    throw ScriptError{"cannot add child to " + message_type() + ": it ends the chain"};
  if (child.wants != Edge::none && child.wants != provides)
    throw ScriptError{"cannot add child mismatched edges: " + std::string{stream::name(provides)} +
                      " -> " + std::string{stream::name(child.wants)}};
  children.push_back({&child, child.parents.size(), std::make_unique<std::atomic<int64_t>>(0)});
  child.parents.push_back(this);
}

namespace {

/// Adds the time spent in a node itself and below; cheap enough for every message.
class Stopwatch {
 public:
  explicit Stopwatch(std::atomic<int64_t>& total) : total_{total} {}
  ~Stopwatch() {
    total_ += std::chrono::duration_cast<std::chrono::nanoseconds>(
                  std::chrono::steady_clock::now() - begin_)
                  .count();
  }

 private:
  std::atomic<int64_t>& total_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

void Node::collect(const PointPtr& p, size_t parent) {
  Stopwatch watch{busy_ns};
  ++collected;
  point(p, parent);
}

void Node::collect(const BatchPtr& b, size_t parent) {
  Stopwatch watch{busy_ns};
  ++collected;
  batch(b, parent);
}

void Node::emit(const PointPtr& p) {
  ++emitted;
  for (auto& child : children) {
    ++*child.count;
    child.node->collect(p, child.parent);
  }
}

void Node::emit(const BatchPtr& b) {
  ++emitted;
  for (auto& child : children) {
    ++*child.count;
    child.node->collect(b, child.parent);
  }
}

void Node::emit_barrier(const GroupPtr& group, int64_t time) {
  for (auto& child : children) child.node->barrier(group, time, child.parent);
}

void Node::fail(const std::string& message) {
  ++errors;
  if (!quiet && task) task->log_error(label, message);
}

bool Node::set_property(const std::string& property_name, Args& args) {
  auto found = properties_.find(property_name);
  if (found == properties_.end()) return other_property(property_name, args);
  found->second(args);
  return true;
}

void Node::property(const std::string& n, std::string& target) {
  property(n, [&target](Args& a) { a.expect(1), target = a.string(); });
}
void Node::property(const std::string& n, int64_t& target) {
  property(n, [&target](Args& a) { a.expect(1), target = a.integer(); });
}
void Node::property(const std::string& n, double& target) {
  property(n, [&target](Args& a) { a.expect(1), target = a.real(); });
}
void Node::duration(const std::string& n, int64_t& target) {
  property(n, [&target](Args& a) { a.expect(1), target = a.duration(); });
}
void Node::flag(const std::string& n, bool& target) {
  property(n, [&target](Args& a) { a.expect(0), target = true; });
}
void Node::condition(const std::string& n, Condition& target) {
  property(n, [&target](Args& a) { a.expect(1), target = a.lambda(); });
}

bool Node::test(Condition& condition, lambda::State& state, const Point& p, bool& out) {
  PointScope scope{p, task ? task->now() : 0};
  std::string error;
  if (condition.expression->test(scope, state, out, error)) return true;
  fail("error evaluating expression: " + error);
  return false;
}

}  // namespace tickwork::stream
