// SPDX-License-Identifier: MIT
// An aggregation: the buckets of all series that match, group by group.
#pragma once

#include <tickwork/kind/storage_aggregate.h>

#include <memory>
#include <string>
#include <vector>

#include "group_feed.hpp"

namespace tickwork::lmdb {

class Aggregation {
 public:
  Aggregation(Store& store, const tw_aggregation& request);

  std::vector<ArrowField> fields() const;  // without the bucket's time
  bool next(tw_rows& out);                 // false at the end

 private:
  BucketRequest request_;
  std::unique_ptr<GroupFeed> groups_;
  uint64_t given_ = 0;
  // Of the group at hand, kept for their memory.
  std::vector<std::string_view> values_;
  std::vector<tw_tag> tags_;
};

}  // namespace tickwork::lmdb
