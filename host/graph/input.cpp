// SPDX-License-Identifier: MIT
#include "graph/input.hpp"

#include <tickwork/kind/input.h>

#include <utility>

#include "graph/entrance.hpp"
#include "graph/instance.hpp"
#include "graph/runtime.hpp"

namespace tickwork::host {

namespace {

int64_t interval_of(const Instance& instance) {
  const int64_t interval =
      instance.config().host.interval_ns.value_or(instance.agent().interval_ns);
  return std::max<int64_t>(interval, 1'000'000);
}

int64_t offset_of(const Instance& instance) {
  const int64_t own = instance.config().host.collection_offset_ns.value_or(0);
  return own ? own : instance.agent().collection_offset_ns;
}

std::string duration_text(int64_t ns) {
  if (ns % 1'000'000'000 == 0) return std::to_string(ns / 1'000'000'000) + "s";
  return std::to_string(ns / 1'000'000) + "ms";
}

}  // namespace

Input::Input(std::shared_ptr<Instance> instance)
    : instance_{std::move(instance)},
      interval_ns_{interval_of(*instance_)},
      grid_{interval_ns_, offset_of(*instance_), instance_->agent().round_interval} {}

bool Input::gathers() const {
  const auto* input = instance_->ext_as<tw_input>(TW_INPUT);
  return input && TW_HAS(input, gather);
}

void Input::begin() {
  if (!gathers()) return;
  {
    const std::lock_guard held{timer_lock_};
    if (!std::exchange(ended_, false)) return;
  }
  schedule(true);
}

void Input::end() {
  const std::lock_guard held{timer_lock_};
  ended_ = true;
  instance_->runtime().timers.cancel(timer_);
}

void Input::schedule(bool first) {
  const auto& agent = instance_->agent();
  const int64_t jitter =
      instance_->config().host.collection_jitter_ns.value_or(agent.collection_jitter_ns);
  const std::lock_guard held{timer_lock_};
  if (ended_) return;
  const int64_t now = wall_now();
  const int64_t due = (first ? grid_.first(now) : grid_.next(now)) + random_up_to(jitter);
  timer_ = instance_->runtime().timers.after(Nanoseconds{std::max<int64_t>(due - now, 0)},
                                             [weak = weak_from_this()] {
                                               const auto self = weak.lock();
                                               if (!self) return;
                                               self->schedule(false);
                                               self->tick();
                                             });
}

void Input::tick() {
  if (monotonic_now() < not_before_ns_.load()) return;
  bool busy;
  {
    const std::lock_guard held{timer_lock_};
    if (ended_) return;  // since this tick was due
    busy = running_.exchange(true);
  }
  if (busy) {
    Meters::add(instance_->meters().late);
    instance_->log(TW_LOG_WARN,
                   "Collection took longer than expected; not complete after interval of " +
                       duration_text(interval_ns_));
    return;
  }
  if (ready_to_gather()) note_outcome(gather());
  running_.store(false);
}

// An input whose start failed for the time being is started again at each gather.
bool Input::ready_to_gather() {
  if (instance_->started()) return true;
  if (instance_->state() != TW_FAILED || instance_->stopping()) return false;
  if (instance_->config().host.startup_error_behavior != "retry") return false;
  note_outcome(instance_->start());
  return instance_->started();
}

Done Input::gather(uint64_t* added) {
  tw_error error = empty_error();
  const tw_status status =
      instance_->entrance->gather(instance_->config().host.time_source, &error, added);
  if (status >= 0) return std::monostate{};
  return Failure{status, sentence_of(status, error)};
}

void Input::note_outcome(const Done& done) {
  if (done) {
    if (failures_.exchange(0) > 0) instance_->runtime().log.recovered(instance_->name());
    not_before_ns_.store(0);
    return;
  }
  if (instance_->stopping()) return;
  instance_->log(TW_LOG_ERROR, "Error in plugin: " + done.failure().message);
  const int64_t longest = instance_->runtime().deadlines.longest_back_off.count();
  const int64_t wait = back_off(interval_ns_, ++failures_, longest);
  // Half an interval of slack: the tick that the wait ends with must not miss it by a hair.
  if (wait > interval_ns_) not_before_ns_.store(monotonic_now() + wait - interval_ns_ / 2);
}

}  // namespace tickwork::host
