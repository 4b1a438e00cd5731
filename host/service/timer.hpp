// SPDX-License-Identifier: MIT
// The host side of tw.timer/1 for one instance. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace tickwork::host {

class Instance;

class PluginTimers {
 public:
  explicit PluginTimers(Instance& owner) : owner_{owner} {}

  uint64_t set(int64_t delay_ns, int64_t every_ns, void* self, void (*fire)(void*));
  void cancel(uint64_t id);
  void cancel_all();

 private:
  struct Timer;
  void arm(const std::shared_ptr<Timer>& timer, int64_t wait_ns);
  void fire(const std::shared_ptr<Timer>& timer);

  Instance& owner_;
  std::mutex lock_;
  uint64_t next_id_ = 1;
  std::map<uint64_t, std::shared_ptr<Timer>> timers_;
};

}  // namespace tickwork::host
