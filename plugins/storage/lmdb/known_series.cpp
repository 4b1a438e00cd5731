// SPDX-License-Identifier: MIT
#include "known_series.hpp"

namespace tickwork::lmdb {

KnownSeries* KnownSeriesTable::find(KeyHash hash) {
  if (next_ < size_) {
    KnownSeries& next = at(next_);
    if ((next.spelling == hash || next.key == hash) && next.id != 0) {
      ++next_;
      return &next;
    }
  }
  const auto found = numbers_.find(hash);
  if (found == numbers_.end()) return nullptr;
  next_ = *found / 2 + 1;
  return &at(*found / 2);
}

KnownSeries* KnownSeriesTable::add(SeriesId id, KeyHash key) {
  const size_t place = free_place();
  KnownSeries& series = at(place);
  series = {id, 0, nullptr, key, key};
  numbers_.insert(static_cast<uint32_t>(2 * place + by_key));
  next_ = place + 1;
  return &series;
}

size_t KnownSeriesTable::free_place() {
  if (!free_.empty()) {
    const size_t place = free_.back();
    free_.pop_back();
    return place;
  }
  if (size_ == slabs_.size() * slab_size) {
    slabs_.push_back(std::make_unique<KnownSeries[]>(slab_size));
  }
  return size_++;
}

size_t KnownSeriesTable::place_of(const KnownSeries* series) const {
  for (size_t slab = slabs_.size(); slab-- > 0;) {
    const KnownSeries* first = slabs_[slab].get();
    const std::less<> before;
    if (!before(series, first) && before(series, first + slab_size)) {
      return slab * slab_size + static_cast<size_t>(series - first);
    }
  }
  return size_;
}

void KnownSeriesTable::spell(KnownSeries* series, KeyHash spelling) {
  const auto number = static_cast<uint32_t>(2 * place_of(series) + by_spelling);
  if (series->spelling != series->key) numbers_.erase(number);
  series->spelling = spelling;
  numbers_.insert(number);
}

void KnownSeriesTable::forget(const std::function<bool(SeriesId)>& dead) {
  boost::unordered::erase_if(numbers_, [&](uint32_t number) { return dead(at(number / 2).id); });
  for (size_t i = size_; i-- > 0;) {
    if (at(i).id == 0 || !dead(at(i).id)) continue;
    at(i).id = 0;
    free_.push_back(static_cast<uint32_t>(i));
  }
}

void KnownSeriesTable::clear() {
  numbers_.clear();
  slabs_.clear();
  free_.clear();
  size_ = next_ = 0;
}

}  // namespace tickwork::lmdb
