// SPDX-License-Identifier: MIT
#include "service/belongings.hpp"

#include <algorithm>

namespace tickwork::host {

tw_ref Belongings::keep(ProxyRef ref) {
  const tw_ref handed{ref.vtable, ref.proxy->as_instance()};
  const std::lock_guard held{lock_};
  proxies_.push_back(std::move(ref));
  return handed;
}

void Belongings::keep_made(const tw_ref& ref, const SlotPtr& slot) {
  const std::lock_guard held{lock_};
  made_.push_back({ref, slot});
}

SlotPtr Belongings::take_made(const tw_ref& ref) {
  const std::lock_guard held{lock_};
  const auto at = std::find_if(made_.begin(), made_.end(),
                               [&](const Made& made) { return made.ref.self == ref.self; });
  if (at == made_.end()) return nullptr;
  const SlotPtr slot = at->slot;
  made_.erase(at);
  proxies_.remove_if(
      [&](const ProxyRef& kept) { return kept.proxy && kept.proxy->as_instance() == ref.self; });
  return slot;
}

std::vector<SlotPtr> Belongings::take_all_made() {
  const std::lock_guard held{lock_};
  std::vector<SlotPtr> slots;
  for (const Made& made : made_) slots.push_back(made.slot);
  made_.clear();
  return slots;
}

std::vector<Proxy*> Belongings::proxies() {
  std::vector<Proxy*> all;
  const std::lock_guard held{lock_};
  for (const ProxyRef& ref : proxies_) all.push_back(ref.proxy.get());
  return all;
}

void Belongings::forget() {
  for (Proxy* proxy : proxies()) proxy->forget();
}

void Belongings::renew(const SlotPtr& callee) {
  for (Proxy* proxy : proxies()) {
    if (proxy->callee() == callee) proxy->renew();
  }
}

}  // namespace tickwork::host
