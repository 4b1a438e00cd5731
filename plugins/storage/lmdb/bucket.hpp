// SPDX-License-Identifier: MIT
// What the aggregates of one group have come to, bucket by bucket. Each series adds its values in
// time order; the states of MEAN and of float sums are closed where a series leaves a bucket, so
// that rounding is that of a scan.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "block.hpp"

namespace tickwork::lmdb {

// One aggregate of a request. type is the column's.
struct Wish {
  uint32_t function = 0, type = 0;
  size_t column = 0;  // of the scan
  double parameter = 0;
  bool times = false;  // the time of the chosen point is asked for
};

struct BucketState {
  uint64_t count = 0;
  uint64_t value = 0;  // the chosen value, the least, or the sum of integers
  uint64_t high = 0;   // of SPREAD: the greatest
  double sum = 0;
  int64_t time = 0;  // of the chosen value
  // Of PERCENTILE; of sums, what the series after the first add to sum, in order.
  std::vector<uint64_t>* values = nullptr;
};
using ValueLists = std::list<std::vector<uint64_t>>;

struct GroupBuckets {
  std::string tags;                 // texts of the values, as tw_aggregation.group_by
  std::vector<int64_t> starts;      // in order of appearance
  std::vector<BucketState> states;  // a wish after the other, bucket by bucket
  boost::unordered_flat_map<int64_t, size_t> index;  // of starts, once there are many
  size_t recent = 0;
  int64_t last_start = INT64_MAX;  // with a limit: later buckets do not count

  // The bucket's number, or -1 if limit earlier ones are there.
  ptrdiff_t at(int64_t start, size_t n_wishes, uint64_t limit);
  void clear();  // but for the tags; keeps its memory
  void in_order(uint64_t limit, std::vector<size_t>& out) const;  // replaces out by their numbers

 private:
  size_t find(int64_t start) const;  // starts.size(): not there
};

// Whether values of that type go into the function.
bool takes(uint32_t function, uint32_t type);

// Adds what the summary says of a block of one bucket; false if that does not suffice.
bool add_summary(const Wish& wish, const BlockHead& head, const Summary& summary,
                 BucketState& state);

// The values of one series in one bucket, while it passes by.
struct OpenSum {
  uint64_t count = 0, whole = 0;
  double sum = 0;
};
bool is_sum(uint32_t function);
bool add_summary(const Wish& wish, const Summary& summary, OpenSum& open);
void add_rows(const Wish& wish, const Column& column, size_t begin, size_t end, OpenSum& open);
// Floats round, so the totals of series are added in their order: by add_later or add_up, once it
// is known.
void close(const Wish& wish, OpenSum& open, BucketState& state, ValueLists& lists);

// Adds what a later part of the series has come to.
void add_later(const Wish& wish, BucketState& state, BucketState& later, ValueLists& lists);
// Adds the totals that close kept apart.
void add_up(const Wish& wish, BucketState& state);

// Adds rows [begin, end), for the other functions.
void add_rows(const Wish& wish, const std::vector<int64_t>& times, const Column& column,
              size_t begin, size_t end, BucketState& state);

// The finished value, as bits of the result's type.
uint64_t result_of(const Wish& wish, BucketState& state);
uint32_t result_type(const Wish& wish);

}  // namespace tickwork::lmdb
