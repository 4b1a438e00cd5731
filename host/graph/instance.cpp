// SPDX-License-Identifier: MIT
#include "graph/instance.hpp"

#include <tickwork/kind/interrupt.h>
#include <tickwork/kind/snapshot.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "graph/runtime.hpp"
#include "graph/stack_sample.hpp"
#include "isolate/remote.hpp"
#include "service/table.hpp"

namespace tickwork::host {

namespace {

std::string kind_of(const std::string& plugin) { return plugin.substr(0, plugin.find('.')); }

int level_named(const std::string& name) {
  if (name == "error") return TW_LOG_ERROR;
  if (name == "warn" || name == "warning") return TW_LOG_WARN;
  if (name == "info") return TW_LOG_INFO;
  return name == "debug" || name == "trace" ? TW_LOG_DEBUG : -1;
}

std::string in_seconds(Nanoseconds time) {
  // A limit is often what is left of a longer one: 9.998 s are 10 s to whoever reads it.
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  if (ms >= 1000) ms = (ms + 50) / 100 * 100;
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

}  // namespace

AgentTablePtr Runtime::agent() const {
  const std::lock_guard held{agent_lock_};
  return agent_;
}

AgentTablePtr Runtime::set_agent(AgentTablePtr agent) {
  const std::lock_guard held{agent_lock_};
  return std::exchange(agent_, std::move(agent));
}

int64_t wall_now() {
  return std::chrono::duration_cast<Nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t monotonic_now() {
  return std::chrono::duration_cast<Nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Instance::Instance(Runtime& runtime, InstanceConfig config, LoadedPlugin plugin)
    : runtime_{runtime},
      agent_{runtime.agent()},
      config_{std::move(config)},
      kind_{kind_of(plugin.plugin->id)},
      plugin_{std::move(plugin)},
      options_{config_.options},
      log_level_{level_named(config_.host.log_level)},
      turn_{(plugin_.plugin->flags & TW_CONCURRENT) != 0} {
  fill_host_table(host_, *this);
  if (!plugin_.remote) return;
  RemoteLimits limits;
  limits.memory = config_.host.memory;
  limits.open_files = config_.host.open_files;
  limits.filtered = config_.host.system_calls != "any";
  limits.call = Nanoseconds{config_.host.call_limit_ns};
  limits.ping = runtime_.deadlines.ping;
  remote_ = std::make_unique<Remote>(*plugin_.remote, limits, runtime_.spawner, runtime_.workers,
                                     [this](const std::string& why) { lost(why); });
}

Instance::~Instance() = default;

Marker& Instance::runtime_marker() const { return runtime_.marker; }

const void* Instance::ext(std::string_view id) const {
  for (const tw_ext* row = plugin_.plugin->exts; row && row->id; ++row) {
    if (id == row->id) return row->vtable;
  }
  return nullptr;
}

void Instance::log(int level, std::string_view text) const {
  runtime_.log.write(level, name(), text,
                     log_level_ < 0 ? std::nullopt : std::optional<int>{log_level_});
}

void Instance::note_error(std::string text) { meters_.set_error(std::move(text), wall_now()); }

std::string Instance::last_error() const {
  std::string error = meters_.error();
  const uint64_t deaths = remote_ ? remote_->deaths() : 0;
  if (deaths > 0 && error.find("its process died") == error.npos) {
    error += "; its process died " + std::to_string(deaths) + (deaths == 1 ? " time" : " times");
  }
  return error;
}

void Instance::set_stopping() {
  stopping_.store(true);
  if (remote_) remote_->tell_stopping();
}

// An isolated plugin that hangs is ended by its process, while there is time left for the rest.
class Instance::Rescue {
 public:
  Rescue(Instance& instance, const char* phase, Nanoseconds limit) : instance_{instance} {
    if (!instance.remote_) return;
    const Nanoseconds early = limit / 5 * 4;
    const std::string why =
        std::string{"did not "} + phase + " in " + in_seconds(early) + "; its process was ended";
    timer_ = instance.runtime_.timers.after(early, [weak = instance.weak_from_this(), why] {
      if (const auto self = weak.lock()) self->remote_->kill(why);
    });
  }
  ~Rescue() {
    if (timer_) instance_.runtime_.timers.cancel(timer_);
  }
  Rescue(const Rescue&) = delete;
  Rescue& operator=(const Rescue&) = delete;

 private:
  Instance& instance_;
  uint64_t timer_ = 0;
};

// A call that may hang runs on a thread of its own. What that thread needs is kept by the job.
Done Instance::setup(const char* phase, Nanoseconds limit, Call call) {
  const std::string late = std::string{"did not "} + phase + " in " + in_seconds(limit);
  const Rescue rescue{*this, phase, limit};
  if (!turn_.begin_setup(limit)) {
    state_.store(TW_STUCK);
    return Failure{TW_E_INTERNAL, late + sample_stack(turn_.last_worker()) + "; abandoned"};
  }
  auto outcome = std::make_shared<Failure>(Failure{TW_OK, ""});
  auto thread = std::make_shared<std::atomic<pid_t>>(0);
  auto job = [self = shared_from_this(), outcome, thread, phase, call = std::move(call)] {
    *thread = this_thread_id();
    const Marker::Scope scope{self->runtime_.marker, self->name(), phase, !self->remote_};
    tw_error error = empty_error();
    bool threw = false;
    outcome->status = guarded(&error, threw, [&] { return call(&error); });
    if (outcome->status < 0) outcome->message = sentence_of(outcome->status, error);
  };
  if (!run_within(limit, std::move(job))) {
    state_.store(TW_STUCK);
    return Failure{TW_E_INTERNAL, late + sample_stack(*thread) + "; abandoned"};
  }
  turn_.end_setup();
  if (outcome->status >= 0) return std::monostate{};
  note_error(outcome->message);
  return *outcome;
}

Done Instance::create() {
  Done made = setup("create", runtime_.deadlines.create, [this](tw_error* error) {
    return plugin_.plugin->create(&host_, options_.config(), &self_, error);
  });
  if (made) state_.store(TW_CREATED);
  return made;
}

Done Instance::start() {
  const std::lock_guard held{start_lock_};
  if (started()) return std::monostate{};
  if (state() == TW_STUCK) return Failure{TW_E_INTERNAL, "is stuck in an earlier call"};
  stopping_.store(false);
  watcher_->open();
  meters_.started_ns.store(wall_now());
  const auto* plugin = plugin_.plugin;
  Done started = setup("start", runtime_.deadlines.start, [this, plugin](tw_error* error) {
    return plugin->start ? plugin->start(self_, error) : TW_OK;
  });
  running_ = static_cast<bool>(started);
  if (started) {
    state_.store(TW_STARTED);
  } else if (state() != TW_STUCK) {
    state_.store(TW_FAILED);
  }
  return started;
}

namespace {

tw_status append_piece(const tw_writer* writer, tw_str piece) {
  static_cast<std::string*>(writer->self)->append(piece.data, piece.len);
  return TW_OK;
}

}  // namespace

Result<std::string> Instance::save() {
  struct Saved {
    std::string bytes, message;
    tw_status status = TW_OK;
  };
  const auto* snapshot = ext_as<tw_snapshot>(TW_SNAPSHOT);
  const Nanoseconds limit = runtime_.deadlines.start;
  auto saved = std::make_shared<Saved>();
  const bool ended = run_within(limit, [self = shared_from_this(), snapshot, saved] {
    const tw_writer writer{sizeof writer, &saved->bytes, append_piece};
    tw_error error = empty_error();
    saved->status = self->work("save", &error, [&](tw_instance* plugin, tw_error* own) {
      return snapshot->save(plugin, &writer, own);
    });
    if (saved->status < 0) saved->message = sentence_of(saved->status, error);
  });
  if (!ended) return Failure{TW_E_INTERNAL, "did not save in " + in_seconds(limit)};
  if (saved->status < 0) return Failure{saved->status, "cannot save: " + saved->message};
  return std::move(saved->bytes);
}

Done Instance::load(const std::string& bytes) {
  const auto* snapshot = ext_as<tw_snapshot>(TW_SNAPSHOT);
  auto kept = std::make_shared<const std::string>(bytes);  // for a call that does not return
  return setup("load", runtime_.deadlines.start, [this, snapshot, kept](tw_error* error) {
    return snapshot->load(self_, {kept->data(), kept->size()}, error);
  });
}

void Instance::wake() {
  const auto* interrupt = ext_as<tw_interrupt>(TW_INTERRUPT);
  if (!interrupt || !interrupt->wake) return;
  any("wake", nullptr, [&](tw_instance* self, tw_error*) {
    interrupt->wake(self);
    return TW_OK;
  });
}

bool Instance::stop(Nanoseconds limit) {
  if (state() == TW_STUCK) return false;
  set_stopping();
  if (state() != TW_STARTED && state() != TW_FAILED) return true;
  wake();
  const bool ended = end_plugin(limit);
  watcher_->close();
  return ended;
}

// From the last [work] call on, the plugin's stop; logs what goes wrong.
bool Instance::end_plugin(Nanoseconds limit) {
  const Done stopped = setup("stop", limit, [this](tw_error* error) {
    state_.store(TW_STOPPED);
    const auto* plugin = plugin_.plugin;
    return std::exchange(running_, false) && plugin->stop ? plugin->stop(self_, error) : TW_OK;
  });
  if (!stopped) log(TW_LOG_ERROR, stopped.failure().message);
  return state() != TW_STUCK;
}

bool Instance::destroy() {
  const Nanoseconds limit = runtime_.deadlines.destroy;
  if (state() == TW_STUCK) return false;
  if (state() == 0) return true;
  if (!wait_unused(limit)) {
    state_.store(TW_STUCK);
    log(TW_LOG_ERROR, "is still in use by others; abandoned");
    return false;
  }
  setup("destroy", limit, [this](tw_error*) {
    plugin_.plugin->destroy(self_);
    return TW_OK;
  });
  if (state() == TW_STUCK) {
    log(TW_LOG_ERROR, "did not return from destroy; abandoned");
    return false;
  }
  state_.store(0);
  return true;
}

// Counted before the state is looked at, as destroy looks at the count after the state has changed:
// one of them sees the other.
bool Instance::begin_any(bool late) {
  any_.fetch_add(1);
  const uint32_t now = state();
  if (now == TW_STARTED || (late && (now == TW_STOPPED || now == TW_CREATED))) return true;
  end_any();
  return false;
}

// Whoever calls holds the instance: after the count it is looked at once more.
void Instance::end_any() {
  if (any_.fetch_sub(1) > 1 || state() == TW_STARTED) return;
  const std::lock_guard held{any_lock_};
  any_ended_.notify_all();
}

bool Instance::wait_unused(Nanoseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  {
    std::unique_lock held{any_lock_};
    if (!any_ended_.wait_until(held, deadline, [&] { return any_.load() == 0; })) return false;
  }
  while (held_.load() > 0) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

Instance::Measure::Measure(Instance& instance, const char* phase)
    : instance_{instance},
      began_{monotonic_now()},
      scope_{instance.runtime_.marker, instance.name(), phase, !instance.remote_} {}

Instance::Measure::~Measure() {
  const auto ns = static_cast<uint64_t>(monotonic_now() - began_);
  Meters& meters = instance_.meters_;
  Meters::add(meters.calls);
  Meters::add(meters.call_ns, ns);
  meters.durations.add(ns);
}

void Instance::report(tw_status status, const tw_error& own, bool threw, tw_error* error) {
  if (own.message[0]) fail(error, status, own.message);
  if (status >= 0) return;
  Meters::add(meters_.errors);
  note_error(sentence_of(status, own));
  if (threw) fail_and_restart(own.message);
}

tw_status Instance::not_started(tw_error* error) const {
  return fail(error, TW_E_NOT_FOUND, name() + " is not running");
}

// After an exception nobody knows what the instance looks like inside: it gets a fresh start.
void Instance::fail_and_restart(const std::string& why) {
  uint32_t expected = TW_STARTED;
  if (state_.compare_exchange_strong(expected, TW_FAILED)) restart_later(why);
}

// The process of an isolated instance is gone.
void Instance::lost(const std::string& why) {
  note_error(why);
  if (stopping()) return log(TW_LOG_ERROR, why);
  fail_and_restart(why);
}

bool Instance::came_back() {
  if (!remote_ || remote_->alive()) return false;
  constexpr int64_t patience = 5'000'000'000;
  const int64_t deadline = monotonic_now() + patience;
  while (!(remote_->alive() && started())) {
    if (stopping() || remote_->off() || monotonic_now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

// Nothing: never again.
std::optional<Nanoseconds> Instance::wait_for_restart() {
  if (remote_ && remote_->off()) return std::nullopt;
  if (remote_) return Nanoseconds{std::max<int64_t>(remote_->not_before_ns() - monotonic_now(), 0)};
  return std::min<Nanoseconds>(runtime_.deadlines.restart * (1u << std::min(restarts_++, 9u)),
                               runtime_.deadlines.longest_back_off);
}

void Instance::keep_starting(const std::string& why) {
  if (state() == TW_FAILED) restart_later("cannot start: " + why);
}

void Instance::restart_later(const std::string& why) {
  const auto wait = wait_for_restart();
  if (!wait) {
    const std::string text = why + "; its process died " + std::to_string(Deaths::most) +
                             " times in 10 minutes, so it stays off until it is reloaded";
    note_error(text);
    return log(TW_LOG_ERROR, text);
  }
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(*wait);
  log(TW_LOG_ERROR, why + "; restarting it in " + in_seconds(whole));
  runtime_.timers.after(*wait, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->restart();
  });
}

void Instance::restart() {
  if (stopping() || state() != TW_FAILED) return;
  end_plugin(runtime_.deadlines.stop);
  if (stopping() || state() == TW_STUCK) return;
  const Done again = start();
  if (again) return log(TW_LOG_INFO, "restarted");
  if (state() != TW_STUCK) restart_later("cannot restart: " + again.failure().message);
}

}  // namespace tickwork::host
