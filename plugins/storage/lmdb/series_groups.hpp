// SPDX-License-Identifier: MIT
// Groups of one series each. They are read ahead as the series of a scan are, and handed out while
// later ones are still being read.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "group_feed.hpp"
#include "read_ahead.hpp"
#include "spare_cores.hpp"

namespace tickwork::lmdb {

class SeriesGroups : public GroupFeed {
 public:
  // Takes the plan's sources; its series are named. request and store must outlive it.
  SeriesGroups(ScanPlan& plan, const BucketRequest& request, Store& store);
  ~SeriesGroups() override;
  bool next(std::string_view& tags, ArrowArray* rows) override;

 private:
  class Reader;
  std::shared_ptr<const NamedSeries> named_;
  std::optional<CoreLoan> cores_;  // of the helpers
  std::optional<ReadAhead> runs_;  // none: at the end
};

}  // namespace tickwork::lmdb
