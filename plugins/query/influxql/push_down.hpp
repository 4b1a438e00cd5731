// SPDX-License-Identifier: MIT
// Functions that the storage computes by itself (tw.storage-aggregate/1), so that no row comes
// here.
#pragma once

#include <optional>

#include "arrow_io.hpp"
#include "groups.hpp"
#include "source.hpp"

namespace tickwork::query {

// An aggregation in the storage: the finished values of a plan's calls, group by group.
class Reduction {
 public:
  // None if the storage has to be scanned: it offers no aggregates, or the plan has something that
  // they do not cover (conditions on fields, casts, time zones, other functions, columns beside a
  // selected point).
  static std::optional<Reduction> begin(Session& session, const Plan& plan, const Place& place,
                                        const Reading& reading);

  // The next group; false after the last.
  struct Group {
    std::vector<std::string> values;  // of the plan's dimensions
    Array rows;                       // a bucket a row
  };
  bool next(Session& session, Group& out);

  // Where a call's values are in the rows, and the times of the chosen points (-1: none).
  struct Child {
    int64_t value, time;
    DataType type;
    bool as_float;  // to be converted to it
  };
  const std::vector<Child>& children() const { return children_; }

 private:
  Scanner scanner_;
  std::vector<Child> children_;
};

// Fills the groups with finished values, one a window; false if the storage has to be scanned.
bool reduce_in_storage(Session& session, const Plan& plan, const Place& place,
                       const Reading& reading, Groups& groups);

}  // namespace tickwork::query
