// SPDX-License-Identifier: MIT
// An input's place in the graph: gathers on the grid of its interval. A tick that comes while a
// gather runs is skipped and counted; an input that fails again and again is asked less often.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "graph/schedule.hpp"
#include "result.hpp"

namespace tickwork::host {

class Instance;

class Input : public std::enable_shared_from_this<Input> {
 public:
  explicit Input(std::shared_ptr<Instance> instance);

  bool gathers() const;
  void begin();
  void end();  // no tick begins a gather any more; one under way goes on
  // Gathers now; for --once and --test. The failure is the plugin's. added may be NULL.
  Done gather(uint64_t* added = nullptr);
  bool running() const { return running_.load(); }  // a tick's gather is under way
  const std::shared_ptr<Instance>& instance() const { return instance_; }

 private:
  void schedule(bool first);
  void tick();
  bool ready_to_gather();
  void note_outcome(const Done& done);

  const std::shared_ptr<Instance> instance_;
  const int64_t interval_ns_;
  Grid grid_;
  std::atomic<bool> running_{false};
  std::atomic<uint32_t> failures_{0};
  std::atomic<int64_t> not_before_ns_{0};  // monotonic
  std::mutex timer_lock_;
  uint64_t timer_ = 0;
  bool ended_ = true;
};

}  // namespace tickwork::host
