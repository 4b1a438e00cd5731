// SPDX-License-Identifier: MIT
// Nodes that show or send data elsewhere: httpOut, log, influxDBOut, kapacitorLoopback, stats.
#include <tickwork/tickwork.h>

#include <algorithm>
#include <mutex>

#include "nodes.hpp"
#include "script.hpp"
#include "task.hpp"

namespace tickwork::stream {
namespace {

class HttpOutNode : public Node {
 public:
  HttpOutNode(Edge edge, std::string endpoint)
      : Node{"http_out", "HTTPOutNode", edge, edge}, endpoint_{std::move(endpoint)} {}
  void start(Task& t) override {
    t.add_endpoint(endpoint_, [this] { return json(); });
  }
  size_t groups() const override {
    std::lock_guard lock{mutex_};
    return rows_.size();
  }
  void point(const PointPtr& p, size_t) override {
    keep(*p->group, row_json(*p));
    emit(p);
  }
  void batch(const BatchPtr& b, size_t) override {
    keep(*b->group, row_json(*b));
    emit(b);
  }

 private:
  void keep(const Group& group, std::string row) {
    std::lock_guard lock{mutex_};
    auto [found, is_new] = index_.try_emplace(group.id, rows_.size());
    if (is_new) rows_.emplace_back();
    rows_[found->second] = std::move(row);
  }
  std::string json() const {
    std::lock_guard lock{mutex_};
    if (rows_.empty()) return "{\"series\":null}";
    std::string out = "{\"series\":[";
    for (auto& row : rows_) out += (&row == &rows_.front() ? "" : ",") + row;
    return out + "]}";
  }
  std::string endpoint_;
  mutable std::mutex mutex_;
  std::map<std::string, size_t> index_;
  std::vector<std::string> rows_;  // in order of first appearance
};

class LogNode : public Node {
 public:
  explicit LogNode(Edge edge) : Node{"log", "LogNode", edge, edge} {
    property("level", level_);
    property("prefix", prefix_);
  }
  void check() override {
    if (level_ != "DEBUG" && level_ != "INFO" && level_ != "WARN" && level_ != "ERROR" &&
        level_ != "OFF")
      throw ScriptError{"invalid log level \"" + level_ + "\""};
  }
  void point(const PointPtr& p, size_t) override {
    write(row_json(*p));
    emit(p);
  }
  void batch(const BatchPtr& b, size_t) override {
    write(row_json(*b));
    emit(b);
  }

 private:
  void write(const std::string& row) {
    if (level_ == "OFF") return;
    int level = level_ == "DEBUG"   ? TW_LOG_DEBUG
                : level_ == "WARN"  ? TW_LOG_WARN
                : level_ == "ERROR" ? TW_LOG_ERROR
                                    : TW_LOG_INFO;
    task->services().log(level, "task " + task->id() + " node " + label + ": " + prefix_ +
                                    (prefix_.empty() ? "" : " ") + row);
  }
  std::string level_ = "INFO", prefix_;
};

/// Gathers points of streams and batches and hands them on changed: for influxDBOut and loopback.
class WriterNode : public Node {
 public:
  WriterNode(std::string kind_, std::string type_, Edge edge)
      : Node{std::move(kind_), std::move(type_), edge, Edge::none} {
    property("database", database_);
    property("retentionPolicy", retention_);
    property("measurement", measurement_);
    property("tag", [this](Args& a) { a.expect(2), put(tags_, a.string(0), a.string(1)); });
    counters["points_written"] = 0;
    counters["write_errors"] = 0;
  }
  void point(const PointPtr& p, size_t) override { take(changed(*p)); }
  void batch(const BatchPtr& b, size_t) override {
    for (auto& p : b->points) {
      auto out = changed(*p);
      if (measurement_.empty()) out->name = b->name;
      take(out);
    }
  }

 protected:
  std::shared_ptr<Point> changed(const Point& p) const {
    auto out = std::make_shared<Point>(p);
    if (!database_.empty()) out->database = database_;
    if (!retention_.empty()) out->retention = retention_;
    if (!measurement_.empty()) out->name = measurement_;
    for (auto& [key, value] : tags_) put(out->tags, key, value);
    std::erase_if(out->fields, [](auto& f) { return f.second.type == Type::missing; });
    return out;
  }
  virtual void take(PointPtr p) = 0;

  std::string database_, retention_, measurement_;
  Tags tags_;
};

class InfluxDBOutNode : public WriterNode {
 public:
  explicit InfluxDBOutNode(Edge edge) : WriterNode{"influxdb_out", "InfluxDBOutNode", edge} {
    property("cluster", cluster_);
    property("writeConsistency", consistency_);
    property("precision", precision_);
    property("buffer", buffer_);
    duration("flushInterval", flush_interval_);
    flag("create", create_);
  }
  void start(Task& t) override {
    if (t.services().every)
      timer_ = t.services().every(flush_interval_, flush_interval_,
                                  [this] { task->run([this] { flush(); }); });
  }
  void stop() override {
    if (task->services().cancel && timer_) task->services().cancel(timer_);
    flush();
  }
  void drain() override { flush(); }

 private:
  void take(PointPtr p) override {
    if (p->fields.empty()) return;
    auto& held = held_[{p->database, p->retention}];
    held.push_back(std::move(p));
    if (static_cast<int64_t>(held.size()) >= buffer_) flush();
  }
  void flush() {
    for (auto& [target, points] : std::exchange(held_, {})) {
      try {
        task->services().write(target.first, target.second, points);
        counters["points_written"] += static_cast<int64_t>(points.size());
      } catch (const std::exception& e) {
        ++counters["write_errors"];
        fail(std::string{"failed to write points to InfluxDB: "} + e.what());
      }
    }
  }
  std::string cluster_, consistency_, precision_;
  int64_t buffer_ = 1000, flush_interval_ = 10'000'000'000;
  bool create_ = false;
  uint64_t timer_ = 0;
  std::map<std::pair<std::string, std::string>, std::vector<PointPtr>> held_;
};

class LoopbackNode : public WriterNode {
 public:
  explicit LoopbackNode(Edge edge)
      : WriterNode{"kapacitor_loopback", "KapacitorLoopbackNode", edge} {}
  void check() override {
    if (database_.empty()) throw ScriptError{"must specify a database"};
    if (retention_.empty()) throw ScriptError{"must specify a retention policy"};
  }
  void start(Task& t) override {
    if (t.wants(database_, retention_))
      throw ScriptError{"loop detected on dbrp: \"" + database_ + "\".\"" + retention_ + "\""};
  }

 private:
  void take(PointPtr p) override {
    ++counters["points_written"];
    task->services().loopback({std::move(p)});
  }
};

/// Counts what its parent passes on and tells it on wall clock.
class StatsNode : public Node {
 public:
  explicit StatsNode(int64_t interval)
      : Node{"stats", "StatsNode", Edge::none, Edge::stream}, interval_{interval} {
    flag("align", align_);
  }
  void start(Task& t) override {
    if (interval_ <= 0) throw ScriptError{"stats interval must be greater than zero"};
    if (t.services().every)
      timer_ = t.services().every(interval_, interval_, [this] { task->run([this] { tell(); }); });
  }
  void stop() override {
    if (task->services().cancel && timer_) task->services().cancel(timer_);
  }
  void point(const PointPtr& p, size_t) override { count(p->group); }
  void batch(const BatchPtr& b, size_t) override { count(b->group); }
  void barrier(const GroupPtr&, int64_t, size_t) override {}

 private:
  void count(const GroupPtr& group) {
    static const GroupPtr everything = std::make_shared<Group>();
    auto& c = counts_[group ? *group : *everything];
    c.group = group ? group : everything;
    ++c.passed;
  }
  void tell() {
    if (counts_.size() == 0) count(nullptr), counts_.begin()->second.passed = 0;
    int64_t time = align_ ? truncate_time(task->now(), interval_) : task->now();
    for (auto& [id, c] : counts_) {
      auto p = std::make_shared<Point>();
      p->name = "stats";
      p->tags = c.group->tags;
      p->group = c.group;
      p->time = time;
      p->fields.emplace_back("emitted", Value::of(c.passed));
      emit(PointPtr{p});
    }
  }
  struct Count {
    GroupPtr group;
    int64_t passed = 0;
  };
  int64_t interval_;
  bool align_ = false;
  uint64_t timer_ = 0;
  PerGroup<Count> counts_;
};

}  // namespace

std::unique_ptr<Node> make_http_out(Edge edge, const std::string& endpoint) {
  return std::make_unique<HttpOutNode>(edge, endpoint);
}
std::unique_ptr<Node> make_log(Edge edge) { return std::make_unique<LogNode>(edge); }
std::unique_ptr<Node> make_influxdb_out(Edge edge) {
  return std::make_unique<InfluxDBOutNode>(edge);
}
std::unique_ptr<Node> make_loopback(Edge edge) { return std::make_unique<LoopbackNode>(edge); }
std::unique_ptr<Node> make_stats(int64_t interval) { return std::make_unique<StatsNode>(interval); }
std::unique_ptr<Node> make_noop(Edge edge) {
  return std::make_unique<Node>("noop", "NoOpNode", edge, edge);
}

}  // namespace tickwork::stream
