// SPDX-License-Identifier: MIT
// Processors and aggregators that a reload replaces change places between two batches: every batch
// goes either through the old one or through the new one, and what the old one remembers goes along
// when only its library was replaced and both offer tw.snapshot/1. Whatever fails before that
// leaves the old ones running.
#include <tickwork/kind/snapshot.h>

#include <algorithm>

#include "graph/aggregator.hpp"
#include "graph/compare.hpp"
#include "graph/entrance.hpp"
#include "graph/lifecycle.hpp"
#include "graph/replacing.hpp"
#include "graph/running_graph.hpp"
#include "service/belongings.hpp"

namespace tickwork::host {

struct RunningGraph::Successor {
  SlotPtr slot;
  std::shared_ptr<Instance> old, fresh;
  bool takes_memory = false;
  std::shared_ptr<Aggregator> stage;  // the old one's, of an aggregator
};

namespace {

Failure named(const std::string& name, const Failure& failure) {
  return {failure.status, name + ": " + failure.message};
}

std::shared_ptr<Aggregator> aggregator_of(const Stages& stages, const Instance& instance) {
  for (const auto& stage : stages.aggregators) {
    if (stage->instance().get() == &instance) return stage;
  }
  return nullptr;
}

}  // namespace

bool takes_memory(const Instance& old, const Instance& fresh) {
  return same_values(old.config().raw, fresh.config().raw) && old.ext(TW_SNAPSHOT) &&
         fresh.ext(TW_SNAPSHOT);
}

void tell_of_replacement(const Instance& fresh, bool memory) {
  fresh.log(TW_LOG_INFO, std::string{"runs "} + fresh.plugin().module->version + " of " +
                             fresh.plugin().file +
                             (memory ? ", with its predecessor's memory" : ""));
}

Done hand_memory_over(Instance& old, Instance& fresh) {
  const auto memory = old.save();
  if (!memory) return memory.failure();
  if (const Done loaded = fresh.load(*memory); !loaded) {
    return Failure{loaded.failure().status,
                   "cannot load what its predecessor saved: " + loaded.failure().message};
  }
  return fresh.start();
}

std::vector<RunningGraph::Successor> RunningGraph::successors_in(const Change& change) const {
  std::vector<Successor> successors;
  for (const SlotPtr& slot : change.replaced) {
    Successor each{slot, slot->get(), change.made.at(slot->name()), false, nullptr};
    if (!is_stage(each.old->kind())) continue;
    if (!each.old->started() || each.fresh->state() != TW_CREATED) continue;
    each.takes_memory = takes_memory(*each.old, *each.fresh);
    each.stage = aggregator_of(*wiring_.stages, *each.old);
    successors.push_back(std::move(each));
  }
  return successors;
}

Done RunningGraph::swap_stages(Change& change) {
  const std::vector<Successor> successors = successors_in(change);
  if (successors.empty()) return std::monostate{};
  for (const Successor& each : successors) {
    each.fresh->entrance->hold_back();  // it has no place yet
    if (each.takes_memory) continue;    // it is loaded before it starts
    if (const Done started = each.fresh->start(); !started) {
      return named(each.slot->name(), started.failure());
    }
  }
  {
    const Pipeline::Pause pause{runtime_->pipeline};
    // The pipeline's own hold and the wiring's.
    if (!wait_until_unused(wiring_.stages, 2, runtime_->deadlines.settle)) {
      // A batch waits for room in a full edge, behind all of them.
      const bool memory = std::any_of(successors.begin(), successors.end(),
                                      [](const Successor& each) { return each.takes_memory; });
      if (!memory) return std::monostate{};  // replaced like outputs, old ones first
      return Failure{TW_E_INTERNAL, "batches under way do not come to an end: an output is full"};
    }
    if (const Done done = hand_over(successors); !done) return done;
    put_in_place(successors);
  }
  end_swapped(successors);
  for (const Successor& each : successors) {
    change.made.erase(each.slot->name());
    std::erase(change.replaced, each.slot);
  }
  return std::monostate{};
}

Done RunningGraph::hand_over(const std::vector<Successor>& successors) {
  for (const Successor& each : successors) {
    if (!each.takes_memory) continue;
    if (each.stage) each.stage->pause();
    if (const Done done = hand_memory_over(*each.old, *each.fresh); !done) {
      for (const Successor& paused : successors) {
        if (paused.stage) paused.stage->resume();
      }
      return named(each.slot->name(), done.failure());
    }
  }
  return std::monostate{};
}

void RunningGraph::put_in_place(const std::vector<Successor>& successors) {
  for (const Successor& each : successors) each.slot->set(each.fresh);
  wiring_ = wire(wanted_, slots_, wiring_);
  runtime_->pipeline.replace(wiring_.stages);
  for (const Successor& each : successors) {
    if (!each.stage) continue;
    const auto stage = aggregator_of(*wiring_.stages, *each.fresh);
    if (each.takes_memory) {
      stage->begin_after(*each.stage);
    } else {
      stage->begin();
    }
  }
}

void RunningGraph::end_swapped(const std::vector<Successor>& successors) {
  for (const Successor& each : successors) {
    each.fresh->entrance->let_in();
    if (each.stage) {
      each.stage->end();
      const auto last_push = [stage = each.stage] { stage->push(); };
      if (!each.takes_memory) run_within(runtime_->deadlines.stop, last_push);
    }
    stuck_ = !end_instance(*runtime_, each.old, runtime_->deadlines.stop) || stuck_;
    renew_users(each.slot);
    tell_of_replacement(*each.fresh, each.takes_memory);
  }
}

}  // namespace tickwork::host
