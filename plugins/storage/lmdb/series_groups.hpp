// SPDX-License-Identifier: MIT
// Groups of one series each. They are read ahead as the series of a scan are, and handed out while
// later ones are still being read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "group_feed.hpp"
#include "read_ahead.hpp"
#include "spare_cores.hpp"

namespace tickwork::lmdb {

// The tags of groups, each that of the series in the same place.
class GroupNames {
 public:
  // Sorts the series by the values of these tags. None, and all stays as it is, if two series have
  // the same.
  static std::optional<GroupNames> sort(const std::vector<std::string>& tags,
                                        std::vector<FoundSeries>& series);
  std::string_view of(size_t place) const {
    return std::string_view(texts_).substr(spans_[place].begin, spans_[place].size);
  }

 private:
  struct Span {
    size_t begin;
    uint32_t size, series;  // series: its place before sorting
  };
  std::string texts_;
  std::vector<Span> spans_;
};

class SeriesGroups : public GroupFeed {
 public:
  // Takes the plan's sources; its series are in the names' order. request and store must outlive
  // it.
  SeriesGroups(GroupNames names, ScanPlan& plan, const BucketRequest& request, Store& store);
  ~SeriesGroups() override;
  bool next(std::string_view& tags, ArrowArray* rows) override;

 private:
  class Reader;
  GroupNames names_;
  std::vector<SeriesId> series_;   // without their keys: there may be a million
  std::optional<CoreLoan> cores_;  // of the helpers
  std::optional<ReadAhead> runs_;  // none: at the end
};

}  // namespace tickwork::lmdb
