// SPDX-License-Identifier: MIT
// Reading series into the buckets of their groups: from block summaries where a block lies in one
// bucket and stands alone, from decoded columns elsewhere. Each thread of an aggregation has one.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bucket.hpp"
#include "scan.hpp"

namespace tickwork::lmdb {

// What is asked for; the same for all threads.
struct BucketRequest {
  struct Grid {  // of buckets
    int64_t width, offset;
    int64_t start(int64_t time) const;
    int64_t end(int64_t start) const;  // INT64_MAX for the last
  };
  Grid grid{};
  int64_t from = 0, to = 0;
  uint64_t limit = 0;  // of buckets of a group
  std::vector<std::string> group_by, columns;
  std::vector<uint32_t> types;  // of columns
  std::vector<Wish> wishes;
};

// Groups by the values of their tags.
class Groups {
 public:
  GroupBuckets& of(std::string_view tags);
  // What series have come to that follow those that are here.
  void add(Groups&& later, const BucketRequest& request);
  // In the order of their tags' values; without those that have no bucket.
  std::vector<GroupBuckets*> in_order();
  ValueLists& lists() { return lists_; }

 private:
  boost::unordered_flat_map<std::string, size_t> index_;
  std::deque<GroupBuckets> all_;
  ValueLists lists_;
};

class BucketReader : private ShardSource::Visitor {
 public:
  BucketReader(std::vector<std::unique_ptr<ShardSource>> sources, const BucketRequest& request,
               Report report);
  // place: of the first of them in the order of reading.
  Groups read(std::span<const FoundSeries> series, size_t place);
  // The buckets of a series that is a group; until the next call.
  GroupBuckets& read_alone(const ShardSource::SeriesAt& series);

 private:
  void add_series(const ShardSource::SeriesAt& series);  // to the group
  bool block(const BlockStart& opened, const std::vector<FieldId>& fields) override;
  bool rows(const Columns& rows) override;
  bool decide_by_summaries(bool whole, const std::vector<FieldId>& fields);
  bool add_decoded(bool inside, const std::vector<FieldId>& fields);
  bool any_value(const Columns& rows, size_t begin, size_t end,
                 const std::vector<uint8_t>* only) const;
  bool add_bucket(const Columns& rows, int64_t start, size_t begin, size_t end,
                  const std::vector<uint8_t>* only);
  bool add_slices(const Columns& rows, size_t begin, size_t stop, const std::vector<uint8_t>* only);
  bool enter(int64_t start);
  BucketState& state(size_t wish);
  void close_sums();

  std::vector<std::unique_ptr<ShardSource>> sources_;
  const BucketRequest& request_;
  Report report_;
  Groups groups_;
  GroupBuckets alone_;

  // ---- of the series at hand ----
  GroupBuckets* group_ = nullptr;
  ptrdiff_t bucket_ = -1;
  int64_t bucket_start_ = 0;
  std::vector<OpenSum> open_;  // a wish
  BlockView view_;
  Columns decoded_;
  std::vector<uint8_t> undecided_;  // a wish: the summary did not suffice
  std::vector<uint8_t> needed_;     // a column: to be decoded
  std::string key_;
};

}  // namespace tickwork::lmdb
