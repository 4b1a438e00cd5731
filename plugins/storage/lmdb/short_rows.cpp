// SPDX-License-Identifier: MIT
#include "short_rows.hpp"

#include <algorithm>

namespace tickwork::lmdb {

void ShortRows::Window::add(SeriesId series, uint64_t generation, const Columns& rows) {
  const auto begin = static_cast<uint32_t>(rows_.rows());
  append_rows(rows_, rows);
  parts_.push_back({series, generation, begin, static_cast<uint32_t>(rows_.rows())});
}

bool ShortRows::jumps(const std::vector<SeriesId>& order) {
  constexpr SeriesId series_a_block = 512;  // about
  constexpr size_t series_a_jump = 64;      // more often than that, and a window is cheaper
  size_t jumps = 0;
  for (size_t i = 1; i < order.size(); ++i) {
    jumps += order[i] / series_a_block != order[i - 1] / series_a_block;
  }
  return jumps * series_a_jump > order.size();
}

std::shared_ptr<const ShortRows::Window> ShortRows::get(size_t window, const Make& make) {
  const std::lock_guard lock(mutex_);
  for (const Made& made : recent_) {
    if (made.number == window) return made.window;
  }
  const size_t begin = window * series_a_window_;
  const size_t end = std::min(begin + series_a_window_, order_->size());
  std::vector<SeriesId> rising(order_->begin() + static_cast<ptrdiff_t>(begin),
                               order_->begin() + static_cast<ptrdiff_t>(end));
  std::sort(rising.begin(), rising.end());
  auto made = std::make_shared<const Window>(make(rising));
  recent_[1] = std::move(recent_[0]);
  recent_[0] = {window, made};
  return made;
}

}  // namespace tickwork::lmdb
