// SPDX-License-Identifier: MIT
// The groups of an aggregation, one after the other, and the rows of their buckets.
#pragma once

#include <tickwork/arrow.h>

#include <memory>
#include <string_view>
#include <vector>

#include "bucket_reader.hpp"
#include "kit/arrow/arrow.hpp"

namespace tickwork::lmdb {

// Gives groups in the order of their tags' values, without those that have no bucket.
class GroupFeed {
 public:
  virtual ~GroupFeed() = default;
  // False at the end. tags: of put_group_tags, until the next call; rows: the caller releases them.
  virtual bool next(std::string_view& tags, ArrowArray* rows) = 0;
};

// Readers of what the plan reads, one for the thread that asks and one for each that helps. They
// all see the same. The plan's sources are gone then; request must outlive them.
std::vector<std::unique_ptr<BucketReader>> readers_of(ScanPlan& plan, size_t helpers,
                                                      const BucketRequest& request,
                                                      const Report& report);

// Makes the rows of buckets: the start of each, then a column a wish and its time where that is
// asked for. One thread at a time.
class BucketRows {
 public:
  explicit BucketRows(const BucketRequest& request);  // which must outlive it

  // Closes the group's states. About how many bytes the rows take.
  size_t make(GroupBuckets& group, ArrowArray* out);

 private:
  void put(const Wish& wish, BucketState& state, arrow::StructBlock& block, size_t column,
           size_t row) const;

  const BucketRequest& request_;
  std::vector<arrow::ColumnShape> shapes_;
  arrow::BlockPool pool_;
  std::vector<size_t> buckets_;  // of the group at hand, kept for its memory
};

}  // namespace tickwork::lmdb
