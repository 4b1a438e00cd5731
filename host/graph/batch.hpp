// SPDX-License-Identifier: MIT
// A batch: points and the memory that they point into. Built by one thread, then shared and never
// changed: edges of several outputs hold the same batch.
#pragma once

#include <tickwork/metric.h>

#include <memory>
#include <string_view>
#include <vector>

#include "graph/arena.hpp"

namespace tickwork::host {

struct Batch {
  std::vector<tw_point> points;
  Arena arena;
  std::vector<std::shared_ptr<const void>> owners;  // of memory that points borrow from elsewhere
  bool tracked = false;  // some point has a delivery token (graph/delivery.hpp)

  tw_batch view() const { return {points.data(), points.size()}; }
  size_t bytes() const { return arena.bytes() + points.capacity() * sizeof(tw_point); }
};

using BatchPtr = std::shared_ptr<const Batch>;

inline std::string_view view(tw_str s) { return {s.data ? s.data : "", s.data ? s.len : 0}; }
inline tw_str borrow(std::string_view s) { return {s.data(), s.size()}; }

// A copy with a NUL behind it.
tw_str copy_string(Arena& arena, std::string_view text);

// Deep copy in one piece of memory; tags and fields keep their order.
tw_point copy_point(Arena& arena, const tw_point& point);

// Some of a batch's points, borrowing from it.
std::shared_ptr<Batch> part_of(const BatchPtr& whole);

}  // namespace tickwork::host
