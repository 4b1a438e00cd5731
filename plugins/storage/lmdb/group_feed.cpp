// SPDX-License-Identifier: MIT
#include "group_feed.hpp"

#include "arrow_build.hpp"

namespace tickwork::lmdb {

std::vector<std::unique_ptr<BucketReader>> readers_of(ScanPlan& plan, size_t helpers,
                                                      const BucketRequest& request,
                                                      const Report& report) {
  std::vector<std::unique_ptr<BucketReader>> out;
  for (size_t i = 0; i < helpers; ++i) {
    std::vector<std::unique_ptr<ShardSource>> sources;
    for (const auto& source : plan.sources) sources.push_back(source->again());
    out.push_back(std::make_unique<BucketReader>(std::move(sources), request, report));
  }
  out.push_back(std::make_unique<BucketReader>(std::move(plan.sources), request, report));
  return out;
}

BucketRows::BucketRows(const BucketRequest& request) : request_(request) {
  shapes_.push_back({'t'});
  for (const Wish& wish : request.wishes) {
    shapes_.push_back({*arrow_format(result_type(wish))});
    if (wish.times) shapes_.push_back({'t'});
  }
}

size_t BucketRows::make(GroupBuckets& group, ArrowArray* out) {
  group.in_order(request_.limit, buckets_);
  arrow::StructBlock block(buckets_.size(), shapes_, &pool_);
  uint64_t* starts = block.words(0);
  for (size_t row = 0; row < buckets_.size(); ++row) {
    starts[row] = static_cast<uint64_t>(group.starts[buckets_[row]]);
  }
  block.mark_all(0);
  size_t column = 1;
  for (size_t i = 0; i < request_.wishes.size(); ++i) {
    const Wish& wish = request_.wishes[i];
    for (size_t row = 0; row < buckets_.size(); ++row) {
      put(wish, group.states[buckets_[row] * request_.wishes.size() + i], block, column, row);
    }
    column += wish.times ? 2 : 1;
  }
  block.give(out);
  return shapes_.size() * (sizeof(ArrowArray) + buckets_.size() * sizeof(uint64_t));
}

void BucketRows::put(const Wish& wish, BucketState& state, arrow::StructBlock& block, size_t column,
                     size_t row) const {
  if (state.count == 0) return;
  const uint64_t value = result_of(wish, state);
  if (state.count == 0) return;  // a percentile without rank
  if (result_type(wish) == TW_BOOL) {
    block.set_bool(column, row, value != 0);
  } else {
    block.set_word(column, row, value);
  }
  if (wish.times) block.set_word(column + 1, row, static_cast<uint64_t>(state.time));
}

}  // namespace tickwork::lmdb
