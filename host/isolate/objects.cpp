// SPDX-License-Identifier: MIT
#include "isolate/objects.hpp"

#include <utility>

namespace tickwork::host {

uint64_t Objects::keep(std::shared_ptr<Object> object) {
  const std::lock_guard held{lock_};
  objects_.emplace(next_, std::move(object));
  return next_++;
}

void Objects::keep_as(uint64_t key, std::shared_ptr<Object> object) {
  const std::lock_guard held{lock_};
  objects_[key] = std::move(object);
}

void Objects::drop(uint64_t key) {
  std::shared_ptr<Object> dropped;  // ends after the lock is free
  {
    const std::lock_guard held{lock_};
    const auto at = objects_.find(key);
    if (at == objects_.end()) return;
    dropped = std::move(at->second);
    objects_.erase(at);
  }
}

Outcome Objects::serve(Served& call) {
  std::shared_ptr<Object> object;
  {
    const std::lock_guard held{lock_};
    const auto at = objects_.find(call.target());
    if (at == objects_.end()) return {TW_E_NOT_FOUND, false, "is released already", 0, {}};
    object = at->second;
    if (call.method() == Method::release) objects_.erase(at);
  }
  return call.method() == Method::release ? Outcome{} : object->call(call);
}

void Objects::clear() {
  std::map<uint64_t, std::shared_ptr<Object>> all;
  {
    const std::lock_guard held{lock_};
    all.swap(objects_);
  }
}

}  // namespace tickwork::host
