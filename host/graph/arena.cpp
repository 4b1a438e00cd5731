// SPDX-License-Identifier: MIT
#include "graph/arena.hpp"

#include <algorithm>

namespace tickwork::host {

namespace {
constexpr size_t largest_step = 256 * 1024;
}

void Arena::grow(size_t bytes) {
  const size_t size = std::max(bytes, next_);
  chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
  at_ = chunks_.back().get();
  end_ = at_ + size;
  bytes_ += size;
  next_ = std::min(next_ * 2, largest_step);
}

}  // namespace tickwork::host
