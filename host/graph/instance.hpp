// SPDX-License-Identifier: MIT
// One instance of a plugin: its tw_host, its life from create to destroy, its turn, its counters.
// Calls into the plugin go through here: guarded, marked, counted and timed. Any thread.
#pragma once

#include <tickwork/host/inspect.h>
#include <tickwork/module.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "graph/agent_table.hpp"
#include "graph/delivery.hpp"
#include "graph/guard.hpp"
#include "graph/meters.hpp"
#include "graph/options_view.hpp"
#include "graph/turn.hpp"
#include "graph/workers.hpp"
#include "module/catalogue.hpp"
#include "service/marker.hpp"

namespace tickwork::host {

struct Runtime;
class Slot;
class Entrance;
class Belongings;
class Remote;

class Instance : public std::enable_shared_from_this<Instance> {
 public:
  Instance(Runtime& runtime, InstanceConfig config, LoadedPlugin plugin);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // Each within its deadline; the failure is a sentence without the instance's name. An instance
  // that does not return is STUCK: never called again, kept for ever.
  Done create();
  Done start();
  bool stop(Nanoseconds limit);  // false: stuck
  bool destroy();

  // tw.snapshot/1, which it must offer: what it remembers, and the same for a successor that is
  // created but not started.
  Result<std::string> save();
  Done load(const std::string& bytes);

  uint32_t state() const { return state_.load(); }
  bool started() const { return state() == TW_STARTED; }
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }
  void set_stopping();
  void wake();  // tw.interrupt/1: its blocked call returns soon
  // Its start failed for the time being: starts it again and again, less and less often.
  void keep_starting(const std::string& why);

  // It may bring points at any time: it asked for tw.emit/1, or nobody can tell.
  bool emits() const { return emits_.load() || remote_; }
  void note_emits() { emits_.store(true); }

  const void* ext(std::string_view id) const;
  template <class Vtable>
  const Vtable* ext_as(const char* id) const {
    return static_cast<const Vtable*>(ext(id));
  }

  // A [work] call: waits for the turn. TW_E_NOT_FOUND if the instance is not started (any more).
  template <class Call>
  tw_status work(const char* phase, tw_error* error, Call&& call) {
    turn_.begin_work();
    const tw_status status = started() ? measured(phase, error, call) : not_started(error);
    turn_.end_work();
    return status;
  }
  // An [any] call: beside others, in STARTED only; with late, also between stop and destroy (to
  // take back what was registered).
  template <class Call>
  tw_status any(const char* phase, tw_error* error, Call&& call, bool late = false) {
    if (!begin_any(late)) return not_started(error);
    const tw_status status = measured(phase, error, call);
    end_any();
    return status;
  }

  // After a failed call: its process died of it and another one runs by now. Waits a little for it.
  bool came_back();

  // A short question beside [any] calls that is neither counted nor timed; not asked unless
  // started.
  template <class Question>
  void ask(Question&& question) {
    if (!begin_any(false)) return;
    bool threw = false;
    (void)guarded(nullptr, threw, [&] { return question(self_), TW_OK; });
    end_any();
  }

  // Objects handed out that call into the plugin's code (scanners, Arrow arrays): destroy waits.
  void hold() { held_.fetch_add(1); }
  void let_go() { held_.fetch_sub(1); }

  void log(int level, std::string_view text) const;
  void note_error(std::string text);
  std::string last_error() const;  // as noted, and how often the instance's own process died

  const std::string& name() const { return config_.name; }
  const std::string& kind() const { return kind_; }  // "inputs"
  const InstanceConfig& config() const { return config_; }
  const LoadedPlugin& plugin() const { return plugin_; }
  const tw_host* host() const { return &host_; }
  tw_instance* self() const { return self_; }
  Runtime& runtime() const { return runtime_; }
  const AgentOptions& agent() const { return agent_->options; }
  const std::map<std::string, std::string>& global_tags() const { return agent_->global_tags; }
  Meters& meters() { return meters_; }
  const std::shared_ptr<Watcher>& watcher() const { return watcher_; }
  Marker& runtime_marker() const;
  Remote* remote() const { return remote_.get(); }  // NULL: in this process

  // Set while the graph is wired.
  std::weak_ptr<Slot> slot;
  std::shared_ptr<Entrance> entrance;      // where emitted points go; NULL: nowhere
  std::shared_ptr<Belongings> belongings;  // what the plugin got from host services

  static Instance& of(const tw_host* host) { return *static_cast<Instance*>(host->self); }

 private:
  template <class Call>
  tw_status measured(const char* phase, tw_error* error, Call& call) {
    const Measure measure{*this, phase};
    tw_error own;
    own.size = sizeof own;
    own.status = TW_OK;
    own.message[0] = '\0';
    bool threw = false;
    const tw_status status = guarded(&own, threw, [&] { return call(self_, &own); });
    if (status != TW_OK) report(status, own, threw, error);
    return status;
  }

  class Rescue;

  // Marks and times one call.
  class Measure {
   public:
    Measure(Instance& instance, const char* phase);
    ~Measure();
    Measure(const Measure&) = delete;
    Measure& operator=(const Measure&) = delete;

   private:
    Instance& instance_;
    const int64_t began_;
    const Marker::Scope scope_;
  };

  using Call = std::function<tw_status(tw_error*)>;
  Done setup(const char* phase, Nanoseconds limit, Call call);
  void report(tw_status status, const tw_error& own, bool threw, tw_error* error);
  void fail_and_restart(const std::string& why);
  void lost(const std::string& why);
  std::optional<Nanoseconds> wait_for_restart();
  void restart_later(const std::string& why);
  void restart();
  bool end_plugin(Nanoseconds limit);
  tw_status not_started(tw_error* error) const;
  bool begin_any(bool late);
  void end_any();
  bool wait_unused(Nanoseconds limit);

  Runtime& runtime_;
  const AgentTablePtr agent_;
  const InstanceConfig config_;
  const std::string kind_;
  const LoadedPlugin plugin_;
  OptionsView options_;
  tw_host host_{};
  tw_instance* self_ = nullptr;
  std::atomic<uint32_t> state_{0};
  std::atomic<bool> stopping_{false}, emits_{false};
  std::atomic<int64_t> held_{0};
  std::atomic<uint32_t> restarts_{0};
  int log_level_;         // -1: the log's own
  bool running_ = false;  // the plugin's start succeeded and its stop was not called yet
  std::mutex start_lock_;
  Turn turn_;
  Meters meters_;
  std::shared_ptr<Watcher> watcher_ = std::make_shared<Watcher>();
  std::atomic<uint32_t> any_{0};  // [any] calls under way
  std::mutex any_lock_;           // of those who wait for their end
  std::condition_variable any_ended_;
  std::unique_ptr<Remote> remote_;  // last: its threads look at the rest
};

}  // namespace tickwork::host
