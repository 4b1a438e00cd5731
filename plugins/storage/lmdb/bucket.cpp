// SPDX-License-Identifier: MIT
#include "bucket.hpp"

#include <tickwork/kind/storage_aggregate.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace tickwork::lmdb {
namespace {

constexpr size_t most_unindexed = 16;

double real(uint64_t bits) { return std::bit_cast<double>(bits); }

// Calls use(an accessor of the type's values) for the wish's type.
template <class Use>
auto with_type(uint32_t type, Use use) {
  switch (type) {
    case TW_FLOAT:
      return use([](uint64_t v) { return std::bit_cast<double>(v); });
    case TW_INT:
      return use([](uint64_t v) { return static_cast<int64_t>(v); });
    default:
      return use([](uint64_t v) { return v; });
  }
}

bool less(uint32_t type, uint64_t a, uint64_t b) {
  return with_type(type, [&](auto as) { return as(a) < as(b); });
}

// Whether a value at that time beats the one that the state holds.
bool better(const Wish& wish, const BucketState& state, uint64_t value, int64_t time) {
  if (state.count == 0) return true;
  switch (wish.function) {
    case TW_AGGREGATE_FIRST: {
      if (time != state.time) return time < state.time;
      return wish.type == TW_BOOL ? value < state.value : less(wish.type, state.value, value);
    }
    case TW_AGGREGATE_LAST:
      return time > state.time || (time == state.time && less(wish.type, state.value, value));
    case TW_AGGREGATE_MIN:
      if (less(wish.type, value, state.value)) return true;
      return !less(wish.type, state.value, value) && time < state.time;
    default:
      if (less(wish.type, state.value, value)) return true;
      return !less(wish.type, value, state.value) && time < state.time;
  }
}

void offer(const Wish& wish, BucketState& state, uint64_t value, int64_t time) {
  if (!better(wish, state, value, time)) return;
  state.count = 1;
  state.value = value;
  state.time = time;
}

void widen(const Wish& wish, BucketState& state, uint64_t least, uint64_t most) {
  if (state.count == 0 || less(wish.type, least, state.value)) state.value = least;
  if (state.count == 0 || less(wish.type, state.high, most)) state.high = most;
  state.count = 1;
}

size_t count_valid(const Column& column, size_t begin, size_t end) {
  if (column.valid.empty()) return end - begin;
  return static_cast<size_t>(std::count_if(column.valid.begin() + static_cast<ptrdiff_t>(begin),
                                           column.valid.begin() + static_cast<ptrdiff_t>(end),
                                           [](uint8_t v) { return v != 0; }));
}

// The first row with the greatest (or least) value; end if all are null.
template <bool greatest, class As>
size_t extreme(const Column& column, size_t begin, size_t end, As as) {
  size_t best = end;
  for (size_t i = begin; i < end; ++i) {
    if (!column.has(i)) continue;
    const bool wins = best == end || (greatest ? as(column.bits[i]) > as(column.bits[best])
                                               : as(column.bits[i]) < as(column.bits[best]));
    if (wins) best = i;
  }
  return best;
}

size_t extreme_row(const Wish& wish, const Column& column, size_t begin, size_t end,
                   bool greatest) {
  return with_type(wish.type, [&](auto as) {
    return greatest ? extreme<true>(column, begin, end, as)
                    : extreme<false>(column, begin, end, as);
  });
}

// Rows are sorted and have one value a time, so the first or last valid one decides.
size_t end_row(const Column& column, size_t begin, size_t end, bool first) {
  if (first) {
    for (size_t i = begin; i < end; ++i) {
      if (column.has(i)) return i;
    }
  } else {
    for (size_t i = end; i-- > begin;) {
      if (column.has(i)) return i;
    }
  }
  return end;
}

// In order, and gives their memory back.
void add_totals(std::vector<uint64_t>*& totals, double& sum) {
  if (!totals) return;
  for (const uint64_t total : *totals) sum += real(total);
  std::vector<uint64_t>().swap(*totals);
  totals = nullptr;
}

// The value of nearest rank, as InfluxDB counts; false if there is none.
bool percentile(const Wish& wish, std::vector<uint64_t>& values, uint64_t& out) {
  const auto n = static_cast<double>(values.size());
  const double rank = std::floor(n * wish.parameter / 100 + 0.5) - 1;
  if (!(rank >= 0 && rank < n)) return false;  // nor if it is no number
  const auto at = values.begin() + static_cast<ptrdiff_t>(rank);
  with_type(wish.type, [&](auto as) {
    std::nth_element(values.begin(), at, values.end(),
                     [&](uint64_t a, uint64_t b) { return as(a) < as(b); });
  });
  out = *at;
  return true;
}

}  // namespace

size_t GroupBuckets::find(int64_t start) const {
  if (starts.size() < most_unindexed) {
    return static_cast<size_t>(std::find(starts.begin(), starts.end(), start) - starts.begin());
  }
  const auto it = index.find(start);
  return it == index.end() ? starts.size() : it->second;
}

ptrdiff_t GroupBuckets::at(int64_t start, size_t n_wishes, uint64_t limit) {
  if (recent < starts.size() && starts[recent] == start) return static_cast<ptrdiff_t>(recent);
  if (recent + 1 < starts.size() && starts[recent + 1] == start) {
    return static_cast<ptrdiff_t>(++recent);
  }
  if (start > last_start) return -1;
  recent = find(start);
  if (recent < starts.size()) return static_cast<ptrdiff_t>(recent);
  starts.push_back(start);
  if (starts.size() == most_unindexed) {
    for (size_t i = 0; i < starts.size(); ++i) index.emplace(starts[i], i);
  } else if (starts.size() > most_unindexed) {
    index.emplace(start, recent);
  }
  states.resize(states.size() + n_wishes);
  if (limit != 0 && starts.size() >= limit) {
    std::vector<int64_t> sorted = starts;
    const auto nth = sorted.begin() + static_cast<ptrdiff_t>(limit - 1);
    std::nth_element(sorted.begin(), nth, sorted.end());
    last_start = *nth;
  }
  return static_cast<ptrdiff_t>(recent);
}

void GroupBuckets::clear() {
  starts.clear();
  states.clear();
  if (!index.empty()) index.clear();
  recent = 0;
  last_start = INT64_MAX;
}

void GroupBuckets::in_order(uint64_t limit, std::vector<size_t>& out) const {
  out.resize(starts.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = i;
  if (!std::is_sorted(starts.begin(), starts.end())) {
    std::sort(out.begin(), out.end(), [&](size_t a, size_t b) { return starts[a] < starts[b]; });
  }
  if (limit != 0 && out.size() > limit) out.resize(limit);
}

bool takes(uint32_t function, uint32_t type) {
  const bool number = type == TW_FLOAT || type == TW_INT || type == TW_UINT;
  switch (function) {
    case TW_AGGREGATE_COUNT:
      return true;
    case TW_AGGREGATE_MIN:
    case TW_AGGREGATE_MAX:
    case TW_AGGREGATE_FIRST:
    case TW_AGGREGATE_LAST:
      return number || type == TW_BOOL;
    case TW_AGGREGATE_SUM:
    case TW_AGGREGATE_MEAN:
    case TW_AGGREGATE_SPREAD:
    case TW_AGGREGATE_PERCENTILE:
      return number;
    default:
      return false;
  }
}

bool is_sum(uint32_t function) {
  return function == TW_AGGREGATE_SUM || function == TW_AGGREGATE_MEAN;
}

bool add_summary(const Wish& wish, const BlockHead& head, const Summary& s, BucketState& state) {
  const bool full = s.count == head.rows;  // so the first and last value have the block's times
  switch (wish.function) {
    case TW_AGGREGATE_COUNT:
      state.count += s.count;
      return true;
    case TW_AGGREGATE_FIRST:
      if (!full) return state.count != 0 && state.time < head.first;
      return offer(wish, state, s.first, head.first), true;
    case TW_AGGREGATE_LAST:
      if (!full) return state.count != 0 && state.time > head.last;
      return offer(wish, state, s.last, head.last), true;
    case TW_AGGREGATE_MIN:
    case TW_AGGREGATE_MAX: {
      const uint64_t value = wish.function == TW_AGGREGATE_MIN ? s.least : s.most;
      const bool worse = wish.function == TW_AGGREGATE_MIN ? less(wish.type, state.value, value)
                                                           : less(wish.type, value, state.value);
      if (state.count != 0 && worse) return true;
      if (wish.times) return false;
      return offer(wish, state, value, head.first), true;
    }
    case TW_AGGREGATE_SPREAD:
      return widen(wish, state, s.least, s.most), true;
    default:
      return false;
  }
}

bool add_summary(const Wish& wish, const Summary& summary, OpenSum& open) {
  if (wish.type == TW_FLOAT) {
    if (open.count != 0) return false;  // adding sums would round otherwise than adding values
    open.sum = real(summary.sum);
  } else {
    open.whole += summary.sum;
  }
  open.count += summary.count;
  return true;
}

void add_rows(const Wish& wish, const Column& column, size_t begin, size_t end, OpenSum& open) {
  open.count += count_valid(column, begin, end);
  if (wish.type == TW_FLOAT) {
    double sum = open.sum;
    for (size_t i = begin; i < end; ++i) {
      if (column.has(i)) sum += real(column.bits[i]);
    }
    open.sum = sum;
    return;
  }
  uint64_t whole = open.whole;  // what is null is 0
  for (size_t i = begin; i < end; ++i) whole += column.bits[i];
  open.whole = whole;
}

void close(const Wish& wish, OpenSum& open, BucketState& state, ValueLists& lists) {
  if (open.count == 0) return;
  double total = open.sum;
  if (wish.function == TW_AGGREGATE_MEAN) {
    if (wish.type != TW_FLOAT) total = static_cast<double>(static_cast<int64_t>(open.whole));
    const auto n = static_cast<double>(open.count);
    if (open.count >= 2) total = total / n * n;
  }
  if (state.count == 0) {
    state.sum += total;
  } else {
    if (!state.values) state.values = &lists.emplace_back();
    state.values->push_back(std::bit_cast<uint64_t>(total));
  }
  state.count += open.count;
  state.value += open.whole;
  open = {};
}

void add_up(const Wish& wish, BucketState& state) {
  if (is_sum(wish.function)) add_totals(state.values, state.sum);
}

void add_later(const Wish& wish, BucketState& state, BucketState& later, ValueLists& lists) {
  if (later.count == 0) return;
  switch (wish.function) {
    case TW_AGGREGATE_COUNT:
      state.count += later.count;
      return;
    case TW_AGGREGATE_SUM:
    case TW_AGGREGATE_MEAN:
      state.count += later.count;
      state.value += later.value;
      state.sum += later.sum;
      return add_totals(later.values, state.sum);
    case TW_AGGREGATE_SPREAD:
      return widen(wish, state, later.value, later.high);
    case TW_AGGREGATE_PERCENTILE:
      if (!state.values) state.values = &lists.emplace_back();
      state.values->insert(state.values->end(), later.values->begin(), later.values->end());
      state.count = state.values->size();
      return;
    default:
      offer(wish, state, later.value, later.time);
  }
}

void add_rows(const Wish& wish, const std::vector<int64_t>& times, const Column& column,
              size_t begin, size_t end, BucketState& state) {
  switch (wish.function) {
    case TW_AGGREGATE_COUNT:
      state.count += count_valid(column, begin, end);
      return;
    case TW_AGGREGATE_SPREAD: {
      const size_t low = extreme_row(wish, column, begin, end, false);
      const size_t high = extreme_row(wish, column, begin, end, true);
      if (low != end) widen(wish, state, column.bits[low], column.bits[high]);
      return;
    }
    case TW_AGGREGATE_PERCENTILE:
      for (size_t i = begin; i < end; ++i) {
        if (column.has(i)) state.values->push_back(column.bits[i]);
      }
      state.count = state.values->size();
      return;
    default: {
      const bool by_time =
          wish.function == TW_AGGREGATE_FIRST || wish.function == TW_AGGREGATE_LAST;
      const size_t row =
          by_time ? end_row(column, begin, end, wish.function == TW_AGGREGATE_FIRST)
                  : extreme_row(wish, column, begin, end, wish.function == TW_AGGREGATE_MAX);
      if (row != end) offer(wish, state, column.bits[row], times[row]);
    }
  }
}

uint64_t result_of(const Wish& wish, BucketState& state) {
  switch (wish.function) {
    case TW_AGGREGATE_COUNT:
      return state.count;
    case TW_AGGREGATE_SUM:
      return wish.type == TW_FLOAT ? std::bit_cast<uint64_t>(state.sum) : state.value;
    case TW_AGGREGATE_MEAN:
      return std::bit_cast<uint64_t>(state.sum / static_cast<double>(state.count));
    case TW_AGGREGATE_SPREAD:
      if (wish.type != TW_FLOAT) return state.high - state.value;
      return std::bit_cast<uint64_t>(real(state.high) - real(state.value));
    case TW_AGGREGATE_PERCENTILE:
      if (!percentile(wish, *state.values, state.value)) state.count = 0;
      return state.value;
    default:
      return state.value;
  }
}

uint32_t result_type(const Wish& wish) {
  if (wish.function == TW_AGGREGATE_COUNT) return TW_INT;
  return wish.function == TW_AGGREGATE_MEAN ? uint32_t{TW_FLOAT} : wish.type;
}

}  // namespace tickwork::lmdb
