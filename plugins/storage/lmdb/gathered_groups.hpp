// SPDX-License-Identifier: MIT
// Groups that may have many series: all are read, in parts that several threads take, before the
// first group is given.
#pragma once

#include <optional>
#include <vector>

#include "group_feed.hpp"
#include "spare_cores.hpp"
#include "task_threads.hpp"

namespace tickwork::lmdb {

class GatheredGroups : public GroupFeed {
 public:
  // Takes the plan's series, whose order is that of adding up, and sources. request and store must
  // outlive it.
  GatheredGroups(ScanPlan& plan, const BucketRequest& request, Store& store);
  bool next(std::string_view& tags, ArrowArray* rows) override;

 private:
  void read();

  const BucketRequest& request_;
  TaskThreads& threads_;
  std::vector<FoundSeries> series_;
  std::optional<CoreLoan> cores_;                       // of the readers that help
  std::vector<std::unique_ptr<BucketReader>> readers_;  // the last: for the thread that asks
  Groups groups_;
  std::vector<GroupBuckets*> order_;
  size_t next_ = 0;
  BucketRows rows_;
};

}  // namespace tickwork::lmdb
