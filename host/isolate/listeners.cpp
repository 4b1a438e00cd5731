// SPDX-License-Identifier: MIT
#include "isolate/listeners.hpp"

#include <mutex>

namespace tickwork::host {

void Listeners::add(const tw_listener* listener) {
  const std::unique_lock held{lock_};
  listeners_[key_of(listener)] = listener;
}

void Listeners::remove(const tw_listener* listener) {
  const std::unique_lock held{lock_};
  listeners_.erase(key_of(listener));
}

std::vector<uint64_t> Listeners::keys() const {
  const std::shared_lock held{lock_};
  std::vector<uint64_t> keys;
  for (const auto& [key, listener] : listeners_) keys.push_back(key);
  return keys;
}

Outcome Listeners::written(Served& call) {
  const tw_str database = call.in().text(), retention = call.in().text();
  const auto points = unpack_points(call.in());
  if (!call.in().ok()) return {TW_E_INVALID, false, {}, 0, {}};
  const tw_batch batch{points.data(), points.size()};
  const std::shared_lock held{lock_};
  const auto at = listeners_.find(call.target());
  if (at != listeners_.end()) at->second->written(at->second, database, retention, &batch);
  return {};
}

}  // namespace tickwork::host
