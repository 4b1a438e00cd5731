// SPDX-License-Identifier: MIT
// The nodes that others need to know by name, and bases for the many that they do not.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "node.hpp"

namespace tickwork::stream {

/// Finds the group of points; each group is made once.
class GroupCache {
 public:
  GroupPtr of(const Point& point, const Dimensions& dimensions);
  size_t size() const { return groups_.size(); }

 private:
  std::unordered_map<std::string, GroupPtr> groups_;
  std::string key_;
};

/// Sets dimensions from the arguments of groupBy.
void set_dimensions(Dimensions& dimensions, const Args& args);

class FromNode : public Node {
 public:
  FromNode();
  void point(const PointPtr& p, size_t parent) override;
  const std::string& measurement() const { return measurement_; }
  size_t groups() const override { return cache_.size(); }

 private:
  bool matches(const Point& p);
  std::string database_, retention_, measurement_;
  int64_t truncate_ = 0, round_ = 0;
  std::vector<Condition> where_;
  Dimensions dimensions_;
  GroupCache cache_;
};

/// A node that turns points into points, alone or within batches.
class PointwiseNode : public Node {
 public:
  PointwiseNode(std::string kind, std::string type, Edge edge) : Node{kind, type, edge, edge} {}
  void point(const PointPtr& p, size_t) override {
    if (auto out = map(p)) emit(out);
  }
  void batch(const BatchPtr& b, size_t) override;

 protected:
  virtual PointPtr map(const PointPtr& p) = 0;  ///< nullptr: the point goes no further
  virtual void begin_batch(const Group&) {}
  virtual int64_t map_time(int64_t tmax) { return tmax; }
};

/// A copy to change.
inline std::shared_ptr<Point> copy(const PointPtr& p) { return std::make_shared<Point>(*p); }

inline int64_t truncate_time(int64_t t, int64_t unit) {
  int64_t rest = t % unit;
  return t - (rest < 0 ? rest + unit : rest);
}
/// To the nearest multiple, halves up.
inline int64_t round_time(int64_t t, int64_t unit) {
  int64_t low = truncate_time(t, unit);
  return t - low >= unit - (t - low) ? low + unit : low;
}

std::unique_ptr<Node> make_window();
std::unique_ptr<Node> make_query(const std::string& text);
std::unique_ptr<Node> make_eval(Edge edge, std::vector<Condition> expressions);
std::unique_ptr<Node> make_aggregate(const std::string& method, Edge edge, const Args& args);
bool is_aggregate(const std::string& method);
std::unique_ptr<Node> make_alert(Edge edge, std::function<bool(const std::string&)> is_handler);
std::unique_ptr<Node> make_join(Edge edge);
std::unique_ptr<Node> make_union(Edge edge);
std::unique_ptr<Node> make_http_out(Edge edge, const std::string& endpoint);
std::unique_ptr<Node> make_influxdb_out(Edge edge);
std::unique_ptr<Node> make_loopback(Edge edge);
std::unique_ptr<Node> make_log(Edge edge);
std::unique_ptr<Node> make_stats(int64_t interval);
std::unique_ptr<Node> make_http_post(Edge edge, const std::string& url);
std::unique_ptr<Node> make_flatten(Edge edge);
std::unique_ptr<Node> make_combine(Edge edge, std::vector<Condition> expressions);
std::unique_ptr<Node> make_barrier(Edge edge);
std::unique_ptr<Node> make_noop(Edge edge);

}  // namespace tickwork::stream
