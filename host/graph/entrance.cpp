// SPDX-License-Identifier: MIT
#include "graph/entrance.hpp"

#include <tickwork/kind/input.h>

#include "graph/instance.hpp"
#include "graph/runtime.hpp"

namespace tickwork::host {

namespace {

// A gather that adds more is handed on in pieces, so that memory stays bounded.
constexpr size_t largest_batch = 10'000;
// Batches that wait while their instance has no place yet.
constexpr size_t most_held = 1'000;

void stamp_all(Batch& batch, int64_t time_ns) {
  for (tw_point& point : batch.points) point.time_ns = time_ns;
}

}  // namespace

struct Entrance::Gathering {
  Entrance& entrance;
  std::shared_ptr<Batch> batch = std::make_shared<Batch>();
  const std::string& time_source;
  const int64_t began = wall_now();
  uint64_t added = 0;

  void hand_on() {
    const int64_t precision = entrance.gather_precision_ns_;
    if (time_source == "collection_start") stamp_all(*batch, round_time(began, precision));
    if (time_source == "collection_end") stamp_all(*batch, round_time(wall_now(), precision));
    added += batch->points.size();
    if (!batch->points.empty()) entrance.enter(std::move(batch));
    batch = std::make_shared<Batch>();
  }
};

Entrance::Entrance(Instance& instance, IntakeRules rules, int64_t gather_precision_ns,
                   int64_t emit_precision_ns, Enter enter, Full full)
    : instance_{instance},
      intake_{std::move(rules), instance.meters(), instance.watcher(),
              [&instance](const std::string& text) { instance.log(TW_LOG_ERROR, text); }},
      gather_precision_ns_{gather_precision_ns},
      emit_precision_ns_{emit_precision_ns},
      enter_{std::move(enter)},
      full_{std::move(full)} {}

tw_status Entrance::emit(Points points) {
  if (full_() || crowded()) return TW_AGAIN;
  auto batch = std::make_shared<Batch>();
  batch->points.reserve(points.size());
  const tw_status status = intake_.take(*batch, points, wall_now(), emit_precision_ns_);
  if (!batch->points.empty()) enter(std::move(batch));
  return status;
}

void Entrance::hold_back() { holding_.store(true); }

void Entrance::enter(BatchPtr batch) {
  if (holding_.load()) {
    const std::lock_guard locked{held_lock_};
    if (holding_.load()) return held_.push_back(std::move(batch));
  }
  enter_(std::move(batch));
}

bool Entrance::crowded() {
  if (!holding_.load()) return false;
  const std::lock_guard locked{held_lock_};
  return held_.size() >= most_held;
}

void Entrance::let_in() {
  while (holding_.load()) {
    std::vector<BatchPtr> held;
    {
      const std::lock_guard locked{held_lock_};
      held.swap(held_);
      if (held.empty()) holding_.store(false);
    }
    for (BatchPtr& batch : held) enter_(std::move(batch));
  }
}

tw_status Entrance::add(const tw_sink* sink, const tw_point* points, size_t n) {
  auto& gathering = *static_cast<Gathering*>(sink->self);
  const Entrance& entrance = gathering.entrance;
  const tw_status status = entrance.intake_.take(*gathering.batch, {points, n}, wall_now(),
                                                 entrance.gather_precision_ns_);
  if (gathering.batch->points.size() >= largest_batch) gathering.hand_on();
  return status;
}

tw_status Entrance::gather(const std::string& time_source, tw_error* error, uint64_t* added) {
  const auto* input = instance_.ext_as<tw_input>(TW_INPUT);
  Gathering gathering{*this, std::make_shared<Batch>(), time_source};
  const tw_sink sink{sizeof sink, &gathering, add};
  const tw_status status = instance_.work("gather", error, [&](tw_instance* self, tw_error* own) {
    return input->gather(self, &sink, own);
  });
  gathering.hand_on();  // after the turn: a full edge may make it wait
  if (added) *added = gathering.added;
  return status;
}

}  // namespace tickwork::host
