// SPDX-License-Identifier: MIT
// The graph behind graph.hpp, as this folder and its tests see it. start, reload, run_once and stop
// are called by one thread.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "graph/graph.hpp"
#include "graph/runtime.hpp"
#include "graph/wiring.hpp"

namespace tickwork::host {

class RunningGraph : public Graph {
 public:
  static Result<std::unique_ptr<RunningGraph>> make(const Configuration&, Catalogue&, Log&, RunMode,
                                                    Deadlines = {});
  ~RunningGraph() override;

  Done start() override;
  Done run_once() override;
  void flush() override;
  Done reload(const Configuration&) override;
  void visit(const std::function<void(const tw_instance_info&)>&) const override;
  void tell_changes(std::vector<InstanceChange> changes) override;
  std::optional<InstanceConfig> configuration_of(const std::string& name) const override;
  void visit_libraries(const std::function<void(const tw_library_info&)>&) const override;
  bool stop(std::chrono::nanoseconds limit) override;

  Runtime& runtime() { return *runtime_; }

 private:
  RunningGraph(Catalogue&, Log&, RunMode, Deadlines);

  // make.cpp
  void open_state();
  Done create_all();
  // start.cpp
  Done start_slot(const SlotPtr& slot);
  Done settle_failed_start(const SlotPtr& slot, Done failed);
  void take_out(const SlotPtr& slot);
  void begin(const Wiring& wiring);
  std::vector<SlotPtr> slots_by_rank() const;
  // once.cpp
  uint64_t gather_all();
  // stop.cpp
  void stop_inputs(const std::vector<std::shared_ptr<Input>>& inputs, int64_t deadline_ns);
  void stop_stages(const Stages& stages, int64_t deadline_ns);
  void drain(const std::vector<std::shared_ptr<Output>>& outputs, int64_t deadline_ns);
  void stop_rest(int64_t deadline_ns);
  void destroy_all();
  bool stop_one(const std::shared_ptr<Instance>& instance, int64_t deadline_ns);
  // reload.cpp
  struct Change;
  Change changes_to(const std::vector<InstanceConfig>& wanted, const Configuration& to) const;
  Done make_new(Change& change);
  void take_old_out(Change& change);
  Wiring rewire();
  void drain_removed(const Change& change, const Wiring& before);
  void start_new(Change& change, Done& outcome);
  Done start_fresh(const SlotPtr& slot);
  // replace.cpp
  struct Replacement;
  Done replace_one(const SlotPtr& slot, const std::shared_ptr<Instance>& made);
  Done take_turns(const Replacement& each);
  void bring_back(const Replacement& each);
  bool quieten(const Replacement& each);
  void go_on(const Replacement& each);
  void renew_users(const SlotPtr& slot);
  // swap.cpp
  struct Successor;
  std::vector<Successor> successors_in(const Change& change) const;
  Done swap_stages(Change& change);
  Done hand_over(const std::vector<Successor>& successors);
  void put_in_place(const std::vector<Successor>& successors);
  void end_swapped(const std::vector<Successor>& successors);

  std::unique_ptr<Runtime> runtime_;  // leaked when something is stuck in it
  Configuration configuration_;
  std::vector<InstanceConfig> wanted_;
  SlotsByName slots_;
  Wiring wiring_;
  bool stuck_ = false, stopped_ = false;
};

}  // namespace tickwork::host
