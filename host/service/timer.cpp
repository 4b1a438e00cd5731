// SPDX-License-Identifier: MIT
#include "service/timer.hpp"

#include <algorithm>

#include "graph/instance.hpp"
#include "graph/runtime.hpp"
#include "service/belongings.hpp"
#include "service/table.hpp"

namespace tickwork::host {

struct PluginTimers::Timer {
  uint64_t id = 0;
  int64_t every_ns = 0;
  int64_t due_ns = 0;  // monotonic
  void* self = nullptr;
  void (*fire)(void*) = nullptr;
  std::atomic<uint64_t> waiting{0};  // the id of the host's timer
  std::atomic<bool> cancelled{false};
};

uint64_t PluginTimers::set(int64_t delay_ns, int64_t every_ns, void* self, void (*call)(void*)) {
  auto timer = std::make_shared<Timer>();
  timer->every_ns = every_ns;
  timer->due_ns = monotonic_now() + std::max<int64_t>(delay_ns, 0);
  timer->self = self;
  timer->fire = call;
  {
    const std::lock_guard held{lock_};
    timer->id = next_id_++;
    timers_.emplace(timer->id, timer);
  }
  arm(timer, std::max<int64_t>(delay_ns, 0));
  return timer->id;
}

void PluginTimers::arm(const std::shared_ptr<Timer>& timer, int64_t wait_ns) {
  timer->waiting =
      owner_.runtime().timers.after(Nanoseconds{wait_ns}, [weak = owner_.weak_from_this(), timer] {
        const auto owner = weak.lock();
        if (owner && owner->belongings) owner->belongings->timers.fire(timer);
      });
}

void PluginTimers::fire(const std::shared_ptr<Timer>& timer) {
  // The turn decides: what cancel saw before the turn was taken does not run.
  owner_.work("timer", nullptr, [&](tw_instance*, tw_error*) {
    if (!timer->cancelled.load()) timer->fire(timer->self);
    return TW_OK;
  });
  if (timer->every_ns <= 0 || timer->cancelled.load()) return cancel(timer->id);
  const int64_t now = monotonic_now();
  const int64_t late = std::max<int64_t>(now - timer->due_ns, 0);
  timer->due_ns += (late / timer->every_ns + 1) * timer->every_ns;
  arm(timer, timer->due_ns - now);
}

void PluginTimers::cancel(uint64_t id) {
  std::shared_ptr<Timer> timer;
  {
    const std::lock_guard held{lock_};
    const auto at = timers_.find(id);
    if (at == timers_.end()) return;
    timer = at->second;
    timers_.erase(at);
  }
  timer->cancelled.store(true);
  owner_.runtime().timers.cancel(timer->waiting);
}

void PluginTimers::cancel_all() {
  std::map<uint64_t, std::shared_ptr<Timer>> all;
  {
    const std::lock_guard held{lock_};
    all.swap(timers_);
  }
  for (const auto& [id, timer] : all) {
    timer->cancelled.store(true);
    owner_.runtime().timers.cancel(timer->waiting);
  }
}

namespace {

tw_status set(const tw_host* host, int64_t delay_ns, int64_t every_ns, void* self,
              void (*fire)(void*), uint64_t* id) {
  const uint64_t made = Instance::of(host).belongings->timers.set(delay_ns, every_ns, self, fire);
  if (id) *id = made;
  return TW_OK;
}

void cancel(const tw_host* host, uint64_t id) { Instance::of(host).belongings->timers.cancel(id); }

}  // namespace

const tw_timer timer_service{sizeof(tw_timer), set, cancel};

}  // namespace tickwork::host
