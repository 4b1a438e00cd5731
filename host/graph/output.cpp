// SPDX-License-Identifier: MIT
#include "graph/output.hpp"

#include <tickwork/kind/output.h>

#include <cstdlib>

#include <utility>

#include "graph/instance.hpp"
#include "graph/runtime.hpp"
#include "graph/schedule.hpp"

namespace tickwork::host {

namespace {

// Names only: tags of an output are not in Telegraf's set of options.
HostOptions names_of(const HostOptions& options) {
  HostOptions names;
  names.name_override = options.name_override;
  names.name_prefix = options.name_prefix;
  names.name_suffix = options.name_suffix;
  return names;
}

std::shared_ptr<Edge> edge_for(Instance& instance, std::shared_ptr<Edge> old) {
  const EdgeLimits limits = edge_limits(instance.config().host, instance.agent());
  if (!old) return std::make_shared<Edge>(limits, instance.meters());
  old->adapt(limits, instance.meters());
  return old;
}

// A partial write's sentence may say how many points were refused ("... dropped=3").
uint64_t refused_by(const tw_error& error, size_t written) {
  const std::string text{error.message};
  const size_t at = text.rfind("dropped=");
  const uint64_t told = at == std::string::npos ? 1 : std::strtoull(&text[at + 8], nullptr, 10);
  return std::min<uint64_t>(told, written);
}

}  // namespace

EdgeLimits edge_limits(const HostOptions& options, const AgentOptions& agent) {
  EdgeLimits limits;
  limits.limit =
      static_cast<size_t>(options.metric_buffer_limit.value_or(agent.metric_buffer_limit));
  limits.batch = static_cast<size_t>(options.metric_batch_size.value_or(agent.metric_batch_size));
  limits.limit = std::max<size_t>(limits.limit, 1);
  limits.batch = std::max<size_t>(limits.batch, 1);
  limits.block = options.overflow.value_or("drop_oldest") == "block";
  return limits;
}

Output::Output(std::shared_ptr<Instance> instance, std::shared_ptr<Edge> edge)
    : instance_{std::move(instance)},
      filter_{instance_->config().host.filters},
      relabel_{names_of(instance_->config().host), {}},
      edge_{edge_for(*instance_, std::move(edge))} {}

void Output::begin() {
  {
    const std::lock_guard held{timer_lock_};
    if (!std::exchange(ended_, false)) return;
  }
  schedule();
}

void Output::end() {
  const std::lock_guard held{timer_lock_};
  ended_ = true;
  instance_->runtime().timers.cancel(timer_);
}

void Output::retire() {
  end();
  const std::lock_guard held{writing_};
  retired_ = true;
}

void Output::resume() {
  {
    const std::lock_guard held{writing_};
    retired_ = false;
    triggered_.store(false);
    edge_->adapt(edge_limits(instance_->config().host, instance_->agent()), instance_->meters());
  }
  begin();
}

void Output::schedule() {
  const auto& options = instance_->config().host;
  const auto& agent = instance_->agent();
  const Nanoseconds wait{options.flush_interval_ns.value_or(agent.flush_interval_ns) +
                         random_up_to(options.flush_jitter_ns.value_or(agent.flush_jitter_ns))};
  const std::lock_guard held{timer_lock_};
  if (ended_) return;
  timer_ = instance_->runtime().timers.after(wait, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->flush();
    self->schedule();
  });
}

BatchPtr Output::chosen(const BatchPtr& batch) const {
  if (!filter_.selective() && !filter_.modifying() && !relabel_.active()) return batch;
  auto copy = part_of(batch);
  for (tw_point point : batch->points) {
    if (!filter_.selects(point) || !filter_.modify(point, copy->arena)) continue;
    relabel_.apply(point, copy->arena);
    copy->points.push_back(point);
  }
  Meters::add(instance_->meters().filtered, batch->points.size() - copy->points.size());
  return copy;
}

void Output::offer(const BatchPtr& batch) {
  if (!edge_->push(chosen(batch)) || failing_.load() || triggered_.exchange(true)) return;
  instance_->runtime().workers.post([self = shared_from_this()] { self->write_full_batches(); });
}

void Output::write_full_batches() {
  const std::lock_guard held{writing_};
  if (retired_) return;
  do {
    while (!failing_.load() && edge_->size() >= edge_->batch() && write_one()) {
    }
    triggered_.store(false);
    // A batch that became full just now found the trigger taken.
  } while (!failing_.load() && edge_->size() >= edge_->batch() && !triggered_.exchange(true) &&
           instance_->started());
}

void Output::flush() {
  const std::lock_guard held{writing_};
  warn_of_overflow();
  if (!ready_to_write()) return;
  const size_t batches = edge_->size() / edge_->batch() + 1;
  for (size_t i = 0; i < batches && write_one(); ++i) {
  }
  instance_->log(TW_LOG_DEBUG, "Buffer fullness: " + std::to_string(edge_->size()) + " / " +
                                   std::to_string(edge_->limit()) + " metrics");
}

void Output::drain(int64_t deadline_ns) {
  const std::lock_guard held{writing_};
  edge_->open_up();
  warn_of_overflow();
  if (!ready_to_write()) return;
  while (monotonic_now() < deadline_ns && write_one()) {
  }
}

// An output whose start failed for the time being is started again at each flush.
bool Output::ready_to_write() {
  if (retired_) return false;
  if (instance_->started()) return true;
  if (instance_->state() != TW_FAILED || instance_->stopping()) return false;
  if (instance_->config().host.startup_error_behavior != "retry") return false;
  const Done started = instance_->start();
  if (started) {
    instance_->runtime().log.recovered(instance_->name());
    return true;
  }
  instance_->log(TW_LOG_ERROR, "cannot start: " + started.failure().message);
  return false;
}

// False: nothing waited, or the write failed.
bool Output::write_one() {
  std::vector<Segment> taken = edge_->take();
  if (taken.empty()) return false;
  tw_error error = empty_error();
  const tw_status status = write(taken, &error);
  settle(std::move(taken), status, error);
  return status == TW_OK || status == TW_PARTIAL;
}

tw_status Output::write(const std::vector<Segment>& taken, tw_error* error) {
  std::vector<tw_point> joined;
  tw_batch view{taken[0].points().data(), taken[0].size()};
  if (taken.size() > 1) {
    joined.reserve(points_in(taken));
    for (const Segment& segment : taken) {
      joined.insert(joined.end(), segment.points().begin(), segment.points().end());
    }
    view = {joined.data(), joined.size()};
  }
  const auto* output = instance_->ext_as<tw_output>(TW_OUTPUT);
  return instance_->work("write", error, [&](tw_instance* self, tw_error* own) {
    return output->write(self, &view, own);
  });
}

void Output::settle(std::vector<Segment> taken, tw_status status, const tw_error& error) {
  if (status == TW_OK || status == TW_PARTIAL) {
    if (status == TW_OK) {
      edge_->accept(taken);
    } else {
      edge_->reject(taken, refused_by(error, points_in(taken)));
      instance_->log(TW_LOG_ERROR, "Part of a batch was refused: " + sentence_of(status, error));
      instance_->note_error(sentence_of(status, error));
    }
    if (failing_.exchange(false)) instance_->runtime().log.recovered(instance_->name());
    return;
  }
  failing_.store(true);
  edge_->give_back(std::move(taken));
  instance_->log(TW_LOG_ERROR, "Error writing: " + sentence_of(status, error));
}

void Output::warn_of_overflow() {
  const uint64_t dropped = edge_->take_overflow();
  if (dropped == 0) return;
  instance_->log(TW_LOG_WARN, "Metric buffer overflow; " + std::to_string(dropped) +
                                  " metrics have been dropped");
}

}  // namespace tickwork::host
