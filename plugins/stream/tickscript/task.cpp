// SPDX-License-Identifier: MIT
// The task's thread: takes what is queued and sends it through the graph.
#include "task.hpp"

#include <tickwork/tickwork.h>

#include <algorithm>

#include "nodes.hpp"

namespace tickwork::stream {

namespace {
constexpr size_t queue_limit = 200'000;  // points
}

Task::Task(std::string id, std::unique_ptr<Pipeline> pipeline, std::vector<DatabaseRetention> dbrps,
           Services& services)
    : id_{std::move(id)},
      pipeline_{std::move(pipeline)},
      dbrps_{std::move(dbrps)},
      services_{services} {
  bool all = false;
  for (auto& node : pipeline_->nodes) {
    node->task = this;
    if (auto* from = dynamic_cast<FromNode*>(node.get());
        from && from->parents[0] == pipeline_->nodes[0].get()) {
      measurements_.push_back(from->measurement());
      all = all || from->measurement().empty();
    }
  }
  if (all) measurements_.clear();
}

Task::~Task() { stop(); }

void Task::start() {
  started_ = now();
  size_t next = 0;
  try {
    for (; next < pipeline_->nodes.size(); ++next) pipeline_->nodes[next]->start(*this);
  } catch (...) {
    while (next-- > 0) pipeline_->nodes[next]->stop();
    throw;
  }
  running_ = true;
  thread_ = std::thread{[this] { work(); }};
}

void Task::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  room_.notify_all();
  thread_.join();
  for (auto& node : pipeline_->nodes) node->stop();
  running_ = false;
}

void Task::drain() {
  run([this] {
    for (auto& node : pipeline_->nodes) node->drain();
  });
  wait_idle();
}

bool Task::wants(const std::string& database, const std::string& retention) const {
  return std::any_of(dbrps_.begin(), dbrps_.end(),
                     [&](auto& d) { return d.database == database && d.retention == retention; });
}

bool Task::wants_measurement(const std::string& name) const {
  return measurements_.empty() ||
         std::find(measurements_.begin(), measurements_.end(), name) != measurements_.end();
}

size_t Task::feed(std::shared_ptr<const Points> points, bool may_drop) {
  const size_t n = points->size();
  {
    std::unique_lock lock{mutex_};
    if (may_drop && queued_points_ + n > queue_limit && queued_points_ > 0) return n;
    room_.wait(lock, [&] {
      return queued_points_ == 0 || queued_points_ + n <= queue_limit || stopping_;
    });
    if (stopping_ || !running_) return 0;
    queued_points_ += n;
    queue_.push_back([this, points, n] {
      Node& source = *pipeline_->nodes[0];
      for (auto& point : *points) source.collect(point, 0);
      std::lock_guard guard{mutex_};
      queued_points_ -= n;
    });
  }
  wake_.notify_one();
  return 0;
}

void Task::run(std::function<void()> job) {
  {
    std::lock_guard lock{mutex_};
    if (stopping_ || !running_) return;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void Task::wait_idle() {
  std::unique_lock lock{mutex_};
  room_.wait(lock, [&] { return (queue_.empty() && !busy_) || !running_; });
}

void Task::work() {
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto job = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    try {
      if (running_) job();
    } catch (const std::exception& e) {
      abort(e.what());
    }
    job = nullptr;
    lock.lock();
    busy_ = false;
    room_.notify_all();
  }
}

// A node that throws ends the whole task, as in Kapacitor; the definition stays enabled.
void Task::abort(const std::string& message) {
  services_.log(TW_LOG_ERROR, "task " + id_ + " failed: " + message);
  std::lock_guard lock{mutex_};
  error_ = message;
  running_ = false;
  queued_points_ = 0;
}

void Task::log_error(const std::string& node, const std::string& message) {
  services_.log(TW_LOG_ERROR, "task " + id_ + " node " + node + ": " + message);
}

std::string Task::error() const {
  std::lock_guard lock{mutex_};
  return error_;
}

double Task::throughput() const {
  double seconds = static_cast<double>(now() - started_) / 1e9;
  return seconds > 0 ? static_cast<double>(pipeline_->nodes[0]->collected) / seconds : 0;
}

bool Task::endpoint(const std::string& name, std::string& json) const {
  auto found = endpoints_.find(name);
  if (found == endpoints_.end() || !running_) return false;
  json = found->second();
  return true;
}

void Task::add_endpoint(const std::string& name, std::function<std::string()> rows) {
  if (!endpoints_.emplace(name, std::move(rows)).second)
    throw ScriptError{"route already registered for endpoint \"" + name + "\""};
}

}  // namespace tickwork::stream
