// SPDX-License-Identifier: MIT
// Task: a pipeline with its thread and queue. Services: what nodes need from outside.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "node.hpp"
#include "script.hpp"

namespace tickwork::stream {

class Topics;
class Notifier;

/// An option of a plugin instance that a script makes: its name and values.
struct Option {
  std::string name;
  std::vector<Value> values;
  bool list = false;
};
using Options = std::vector<Option>;

/// A user-defined function at work. Points that it gives go to the emit passed at its making.
class Function {
 public:
  virtual ~Function() = default;
  virtual void points(const Group& group, const std::string& name, int64_t tmax,
                      const std::vector<PointPtr>& points) = 0;
  virtual void open(const Batch&) {}
  virtual void close(const Batch&) {}
};

/// A series of a query's answer.
struct Series {
  std::string name;
  Tags tags;
  std::vector<std::pair<int64_t, Fields>> rows;
};

/// What tasks need from the engine; functions so that tests can stand in for it.
struct Services {
  std::function<int64_t()> now;
  std::function<void(int level, const std::string&)> log;
  std::function<void(const std::string& database, const std::string& retention,
                     const std::vector<PointPtr>&)>
      write;
  std::function<void(const std::vector<PointPtr>&)> loopback;
  std::function<std::unique_ptr<Function>(const std::string& name, const Options&,
                                          std::function<void(Point)> emit)>
      make_function;
  std::function<std::shared_ptr<Notifier>(const std::string& kind, const Options&)> make_notifier;
  std::function<std::vector<Series>(const std::string& text)> query;  // empty: no engine
  std::function<uint64_t(int64_t delay_ns, int64_t every_ns, std::function<void()>)> every;
  std::function<void(uint64_t)> cancel;
  Topics* topics = nullptr;
  std::string hostname, cluster_id, server_id;
};

/// Points queued for a task at once.
using Points = std::vector<PointPtr>;

class Task {
 public:
  Task(std::string id, std::unique_ptr<Pipeline> pipeline, std::vector<DatabaseRetention> dbrps,
       Services& services);
  ~Task();

  void start();  ///< throws ScriptError when a node cannot start
  void stop();   ///< lets what is queued pass, then stops the nodes
  void drain();  ///< waits until what is queued has passed; then flushes joins and unions

  /// Whether points of this database, policy and measurement are wanted.
  bool wants(const std::string& database, const std::string& retention) const;
  bool is_stream() const { return pipeline_->type == "stream"; }
  bool wants_measurement(const std::string& name) const;

  /// Queues points; waits for room unless may_drop, then returns how many were dropped.
  size_t feed(std::shared_ptr<const Points> points, bool may_drop);
  /// Runs a job on the task's thread, after what is queued.
  void run(std::function<void()> job);
  void wait_idle();

  int64_t now() const { return services_.now(); }
  void log_error(const std::string& node, const std::string& message);
  Services& services() { return services_; }
  const std::string& id() const { return id_; }
  const Pipeline& pipeline() const { return *pipeline_; }
  bool running() const { return running_; }
  std::string error() const;
  double throughput() const;

  /// The JSON behind an httpOut endpoint; false when the task has none of that name.
  bool endpoint(const std::string& name, std::string& json) const;
  /// For httpOut nodes: throws when the name is taken.
  void add_endpoint(const std::string& name, std::function<std::string()> rows);

 private:
  void work();
  void abort(const std::string& message);

  std::string id_;
  std::unique_ptr<Pipeline> pipeline_;
  std::vector<DatabaseRetention> dbrps_;
  std::vector<std::string> measurements_;  // empty: all
  Services& services_;
  std::map<std::string, std::function<std::string()>> endpoints_;

  mutable std::mutex mutex_;
  std::condition_variable wake_, room_;
  std::deque<std::function<void()>> queue_;
  size_t queued_points_ = 0;
  bool stopping_ = false, busy_ = false;
  std::atomic<bool> running_{false};
  std::string error_;
  int64_t started_ = 0;
  std::thread thread_;
};

}  // namespace tickwork::stream
