// SPDX-License-Identifier: MIT
// Listeners of this side that were registered with a feed of the other side.
#pragma once

#include <tickwork/kind/storage.h>

#include <cstdint>
#include <map>
#include <shared_mutex>
#include <vector>

#include "isolate/served.hpp"

namespace tickwork::host {

class Listeners {
 public:
  static uint64_t key_of(const tw_listener* listener) {
    return reinterpret_cast<uintptr_t>(listener);
  }
  void add(const tw_listener* listener);
  void remove(const tw_listener* listener);  // it is not called any more once this returned
  std::vector<uint64_t> keys() const;
  Outcome written(Served& call);  // the call's target is the key

 private:
  mutable std::shared_mutex lock_;
  std::map<uint64_t, const tw_listener*> listeners_;
};

}  // namespace tickwork::host
