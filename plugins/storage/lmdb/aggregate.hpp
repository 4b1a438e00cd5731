// SPDX-License-Identifier: MIT
// An aggregation: all series that match, in parts that several threads read, group by group.
// Computed at the first call of next.
#pragma once

#include <tickwork/kind/storage_aggregate.h>

#include <memory>
#include <string>
#include <vector>

#include "bucket_reader.hpp"
#include "kit/arrow/arrow.hpp"

namespace tickwork::lmdb {

class Aggregation {
 public:
  Aggregation(Store& store, const tw_aggregation& request);

  std::vector<ArrowField> fields() const;  // without the bucket's time
  bool next(tw_rows& out);                 // false at the end

 private:
  void run();
  void emit(GroupBuckets& group, tw_rows& out);

  Store& store_;
  BucketRequest request_;
  std::unique_ptr<ScanPlan> plan_;  // until it was read
  Groups groups_;
  std::vector<GroupBuckets*> order_;
  size_t next_group_ = 0;
  std::vector<arrow::ColumnShape> shapes_;
  arrow::BlockPool pool_;
  // Of the group at hand, kept for their memory.
  std::vector<std::string_view> values_;
  std::vector<tw_tag> tags_;
  std::vector<size_t> buckets_;
};

}  // namespace tickwork::lmdb
