// SPDX-License-Identifier: MIT
// What one instance got from host services and what ends with it: proxies, instances that it made,
// timers.
#pragma once

#include <list>
#include <mutex>
#include <vector>

#include "graph/proxy.hpp"
#include "service/timer.hpp"

namespace tickwork::host {

class Belongings {
 public:
  explicit Belongings(Instance& owner) : timers{owner} {}

  tw_ref keep(ProxyRef ref);
  void keep_made(const tw_ref& ref, const SlotPtr& slot);
  // The instance behind the ref, no longer kept; NULL if it is none of the owner's.
  SlotPtr take_made(const tw_ref& ref);
  std::vector<SlotPtr> take_all_made();
  // Before the owner's destroy: its callees forget it.
  void forget();
  // A callee was replaced: what the owner registered with it is registered again.
  void renew(const SlotPtr& callee);

  PluginTimers timers;

 private:
  std::vector<Proxy*> proxies();
  struct Made {
    tw_ref ref;
    SlotPtr slot;
  };

  std::mutex lock_;
  std::list<ProxyRef> proxies_;
  std::list<Made> made_;
};

}  // namespace tickwork::host
