// SPDX-License-Identifier: MIT
// What the validator asks of a storage: a database of its own, points in, rows out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/rig.hpp"

namespace tickwork::host::check {

// A scan without bounds of a measurement of the database "check"; empty: for list and drop.
tw_scan whole_scan(std::string_view measurement);

// The calls on the started storage of a rig. Failures are noted or found where the rig says so.
class StorageCalls {
 public:
  StorageCalls(Case& c, Rig& rig)
      : case_{c}, rig_{rig}, table_{*rig.instance().ext<tw_storage>(TW_STORAGE)} {}

  bool define_database();
  // True if the storage took all of it, for good.
  bool write(const testing::Points& points);
  // One text a row: "host=a time=5 v=1": tags of the series, then row_text; in the order of the
  // scan. The arrays are checked, too.
  std::vector<std::string> rows(std::string_view measurement);
  const tw_storage& table() const { return table_; }

 private:
  void take(const tw_rows& rows, const ArrowSchema& schema, std::vector<std::string>& out);
  Case& case_;
  Rig& rig_;
  const tw_storage& table_;
};

}  // namespace tickwork::host::check
