// SPDX-License-Identifier: MIT
#include "graph/aggregator.hpp"

#include <tickwork/kind/aggregator.h>

#include <algorithm>

#include <utility>

#include "graph/instance.hpp"
#include "graph/runtime.hpp"
#include "graph/schedule.hpp"
#include "graph/sink.hpp"

namespace tickwork::host {

Window window_at(int64_t now, int64_t period_ns, bool aligned) {
  const int64_t start = aligned ? now - now % period_ns : now;
  return {start, start + period_ns};
}

Window window_after(const Window& window, int64_t now, int64_t period_ns, bool aligned) {
  const Window next{window.end_ns, window.end_ns + period_ns};
  const bool inside = next.start_ns <= now && now < next.end_ns;
  return inside ? next : window_at(now, period_ns, aligned);
}

Aggregator::Aggregator(std::shared_ptr<Instance> instance)
    : instance_{std::move(instance)},
      filter_{instance_->config().host.filters},
      relabel_{instance_->config().host, {}} {}

void Aggregator::begin() {
  {
    const std::lock_guard held{timer_lock_};
    if (!std::exchange(ended_, false)) return;
  }
  {
    const std::lock_guard held{lock_};
    window_ = window_at(wall_now(), instance_->config().host.period_ns,
                        instance_->agent().round_interval);
  }
  schedule();
}

void Aggregator::end() {
  const std::lock_guard held{timer_lock_};
  ended_ = true;
  instance_->runtime().timers.cancel(timer_);
}

void Aggregator::schedule() {
  int64_t end_ns;
  {
    const std::lock_guard held{lock_};
    end_ns = window_.end_ns;
  }
  const std::lock_guard held{timer_lock_};
  if (ended_) return;
  // Late, or paused at the window's end: a millisecond, so that a pause is no busy loop.
  const Nanoseconds wait{std::max<int64_t>(1'000'000, end_ns - wall_now())};
  timer_ = instance_->runtime().timers.after(wait, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->push_in_time();
    self->schedule();
  });
}

bool Aggregator::in_window(int64_t time_ns) const {
  const auto& options = instance_->config().host;
  return time_ns >= window_.start_ns - options.grace_ns &&
         time_ns <= window_.end_ns + options.delay_ns;
}

void Aggregator::add(const BatchPtr& batch, std::vector<bool>& gone) {
  const bool drop = instance_->config().host.drop_original;
  auto taken = part_of(batch);
  Meters& meters = instance_->meters();
  uint64_t late = 0;
  const std::lock_guard held{lock_};
  for (size_t i = 0; i < batch->points.size(); ++i) {
    tw_point point = batch->points[i];
    if (!filter_.selects(point)) continue;
    if (drop) gone[i] = true;
    if (!filter_.modify(point, taken->arena)) continue;
    point.token = 0;
    if (in_window(point.time_ns)) {
      taken->points.push_back(point);
    } else {
      ++late;
    }
  }
  if (late) Meters::add(meters.dropped, late);
  Meters::add(meters.filtered, batch->points.size() - taken->points.size() - late);
  if (taken->points.empty()) return;
  Meters::add(meters.points_in, taken->points.size());
  const tw_batch view = taken->view();
  const auto* aggregator = instance_->ext_as<tw_aggregator>(TW_AGGREGATOR);
  tw_error error = empty_error();
  const auto call = [&] {
    return instance_->work("add", &error, [&](tw_instance* self, tw_error* own) {
      return aggregator->add(self, &view, own);
    });
  };
  tw_status status = call();
  if (status < 0 && instance_->came_back()) status = call();
  if (status < 0) instance_->log(TW_LOG_ERROR, "Error in plugin: " + sentence_of(status, error));
}

void Aggregator::pause() {
  const std::lock_guard held{lock_};
  paused_ = true;
}

void Aggregator::resume() {
  const std::lock_guard held{lock_};
  paused_ = false;
}

void Aggregator::begin_after(Aggregator& paused) {
  Window window;
  {
    const std::lock_guard held{paused.lock_};
    window = paused.window_;
  }
  {
    const std::lock_guard held{timer_lock_};
    if (!std::exchange(ended_, false)) return;
  }
  {
    const std::lock_guard held{lock_};
    window_ = window;
  }
  schedule();
}

void Aggregator::push() {
  auto made = std::make_shared<Batch>();
  {
    const std::lock_guard held{lock_};
    fill(*made);
  }
  hand_on(std::move(made));
}

void Aggregator::push_in_time() {
  auto made = std::make_shared<Batch>();
  {
    const std::lock_guard held{lock_};
    if (paused_) return;
    fill(*made);
  }
  hand_on(std::move(made));
}

void Aggregator::fill(Batch& made) {
  const AgentOptions& agent = instance_->agent();
  const auto* aggregator = instance_->ext_as<tw_aggregator>(TW_AGGREGATOR);
  const int64_t now = wall_now();
  const Collector collector{made, instance_->meters(), now, &relabel_,
                            precision_of(agent.precision_ns, agent.interval_ns)};
  tw_error error = empty_error();
  const tw_status status = instance_->work("push", &error, [&](tw_instance* self, tw_error* own) {
    return aggregator->push(self, collector.sink(), own);
  });
  if (status < 0) instance_->log(TW_LOG_ERROR, "Error in plugin: " + sentence_of(status, error));
  window_ = window_after(window_, now, instance_->config().host.period_ns, agent.round_interval);
}

void Aggregator::hand_on(std::shared_ptr<Batch> made) const {
  for (tw_point& point : made->points) point.token = 0;
  if (!made->points.empty()) instance_->runtime().pipeline.enter_aggregates(std::move(made));
}

}  // namespace tickwork::host
