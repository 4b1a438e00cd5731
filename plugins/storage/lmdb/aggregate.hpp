// SPDX-License-Identifier: MIT
// An aggregation: series by series from block summaries where a block lies in one bucket and stands
// alone, from decoded columns elsewhere. Computed at the first call of next.
#pragma once

#include <tickwork/kind/storage_aggregate.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bucket.hpp"
#include "scan.hpp"

namespace tickwork::lmdb {

class Aggregation : private ShardSource::Visitor {
 public:
  Aggregation(Store& store, const tw_aggregation& request);

  std::vector<ArrowField> fields() const;  // without the bucket's time
  bool next(tw_rows& out);                 // false at the end

 private:
  struct Grid {  // of buckets
    int64_t width, offset;
    int64_t start(int64_t time) const;
    int64_t end(int64_t start) const;  // INT64_MAX for the last
  };

  void run();
  void add_series(const FoundSeries& series);
  GroupBuckets& group_of(const FoundSeries& series);
  bool block(std::string_view bytes, const std::vector<FieldId>& fields) override;
  bool rows(const Columns& rows) override;
  bool any_value(const Columns& rows, size_t begin, size_t end,
                 const std::vector<uint8_t>* only) const;
  bool add_bucket(const Columns& rows, int64_t start, size_t begin, size_t end,
                  const std::vector<uint8_t>* only);
  bool add_slices(const Columns& rows, size_t begin, size_t stop, const std::vector<uint8_t>* only);
  bool enter(int64_t start);
  BucketState& state(size_t wish);
  void close_sums();
  void emit(GroupBuckets& group, tw_rows& out);

  Store& store_;
  Grid grid_;
  bool times_;
  uint64_t limit_;
  std::vector<std::string> group_by_;
  std::vector<std::string> columns_;  // distinct, as the plan's fields
  std::vector<Wish> wishes_;
  std::unique_ptr<ScanPlan> plan_;
  std::map<std::vector<std::string>, GroupBuckets> groups_;
  std::map<std::vector<std::string>, GroupBuckets>::iterator at_group_;
  uint64_t group_number_ = 0;
  bool done_ = false;
  std::vector<tw_tag> tags_;

  // ---- of the series at hand ----
  GroupBuckets* group_ = nullptr;
  ptrdiff_t bucket_ = -1;
  int64_t bucket_start_ = 0;
  std::vector<OpenSum> open_;  // a wish
  BlockView view_;
  Columns decoded_;
  std::vector<uint8_t> undecided_;  // a wish: the summary did not suffice
  std::vector<uint8_t> needed_;     // a column: to be decoded
  std::vector<std::string> key_;
  std::deque<std::vector<uint64_t>> values_;
};

}  // namespace tickwork::lmdb
