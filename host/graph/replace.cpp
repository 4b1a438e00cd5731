// SPDX-License-Identifier: MIT
// Inputs, outputs and services that a reload replaces, one after the other, callees before callers.
// Where two of them can work side by side, the new one is started before the old one stops; where
// they may not (two of them would want one port, or bring every point twice) or where that fails,
// the old one stops first and is started again if the new one does not start.
#include "graph/entrance.hpp"
#include "graph/instance.hpp"
#include "graph/output.hpp"
#include "graph/replacing.hpp"
#include "graph/running_graph.hpp"
#include "service/belongings.hpp"

namespace tickwork::host {

struct RunningGraph::Replacement {
  SlotPtr slot;
  std::shared_ptr<Instance> old, made;
  std::shared_ptr<Input> input;  // the old one's place, where it has one
  std::shared_ptr<Output> output;
};

namespace {

template <class Stage>
std::shared_ptr<Stage> place_in(const std::vector<std::shared_ptr<Stage>>& stages,
                                const Instance& instance) {
  for (const auto& stage : stages) {
    if (stage->instance().get() == &instance) return stage;
  }
  return nullptr;
}

bool side_by_side(const Instance& old, const Instance& made) {
  if (!old.started() || made.state() != TW_CREATED) return false;
  if (old.kind() == "inputs") return !old.emits() && !made.emits();
  return old.kind() == "outputs";
}

}  // namespace

Done RunningGraph::replace_one(const SlotPtr& slot, const std::shared_ptr<Instance>& made) {
  const auto old = slot->get();
  const Replacement each{slot, old, made, place_in(wiring_.inputs, *old),
                         place_in(wiring_.stages->outputs, *old)};
  const bool beside = side_by_side(*old, *made);
  const bool memory = beside && takes_memory(*old, *made);
  bool ready = beside && !memory && made->start();
  const bool at_rest = quieten(each);
  if (memory) {
    const Done handed = at_rest ? hand_memory_over(*old, *made)
                                : Failure{TW_E_INTERNAL, "its last gather does not come to an end"};
    if (!handed) {
      go_on(each);
      stuck_ = !end_instance(*runtime_, made, runtime_->deadlines.stop) || stuck_;
      return handed;
    }
    ready = true;
  }
  Done outcome = std::monostate{};
  if (ready) {
    stuck_ = !stop_one(old, monotonic_now() + runtime_->deadlines.stop.count()) || stuck_;
    slot->set(made);
  } else {
    outcome = take_turns(each);
  }
  if (slot->get() == old) {
    renew_users(slot);
    return outcome;
  }
  rewire();
  if (const auto input = place_in(wiring_.inputs, *slot->get())) input->begin();
  if (const auto output = place_in(wiring_.stages->outputs, *slot->get())) output->begin();
  stuck_ = !destroy_instance(*runtime_, old) || stuck_;
  renew_users(slot);
  if (outcome) tell_of_replacement(*made, memory);
  return outcome;
}

void RunningGraph::renew_users(const SlotPtr& slot) {
  for (const SlotPtr& user : runtime_->registry.users_of(slot)) {
    if (const auto instance = user->get()) instance->belongings->renew(slot);
  }
}

// Afterwards the slot holds the new one; or, if that does not start, the old one, or one like it
// where they exclude each other.
Done RunningGraph::take_turns(const Replacement& each) {
  const bool went = each.old->started();
  const auto limit = runtime_->deadlines.stop;
  const bool ended = exclusive(*each.old) ? end_instance(*runtime_, each.old, limit)
                                          : stop_one(each.old, monotonic_now() + limit.count());
  if (!ended) {
    stuck_ = true;
    return Failure{TW_E_INTERNAL, "the old instance did not stop; it stays as it is"};
  }
  each.slot->set(each.made);
  const Done started = start_fresh(each.slot);
  if (!started && went) bring_back(each);
  return started;
}

void RunningGraph::bring_back(const Replacement& each) {
  stuck_ = !destroy_instance(*runtime_, each.made) || stuck_;
  auto old = each.old;
  if (exclusive(*old)) {
    // Of the library that it had, whatever lies in its place now.
    const LoadedPlugin plugin = old->plugin();
    const auto again = make_instance(*runtime_, old->config(), &plugin);
    if (!again) return;
    (*again)->slot = each.slot;
    old = *again;
  }
  each.slot->set(old);
  const Done started = start_fresh(each.slot);
  if (started) {
    old->log(TW_LOG_INFO, "goes on with its old configuration");
  } else {
    old->keep_starting(started.failure().message);
  }
  if (old == each.old) go_on(each);
}

// The old one gets no more work: an output's points wait, an input's last gather ends. False: that
// has not ended yet.
bool RunningGraph::quieten(const Replacement& each) {
  if (each.output) each.output->retire();
  if (!each.input) return true;
  each.input->end();
  const int64_t deadline = monotonic_now() + runtime_->deadlines.settle.count();
  while (each.input->running() && monotonic_now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return !each.input->running();
}

void RunningGraph::go_on(const Replacement& each) {
  if (each.output) each.output->resume();
  if (each.input) each.input->begin();
}

}  // namespace tickwork::host
