// SPDX-License-Identifier: MIT
// What the validator asks of a storage: a database of its own, points in, rows out.
#pragma once

#include <functional>
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
  // How many values of a column tw.storage-aggregate/1 counts; -1: it does not.
  int64_t counted(std::string_view measurement, std::string_view column);
  const tw_storage& table() const { return table_; }

 private:
  using Use = std::function<void(const ArrowSchema&, const tw_rows&)>;
  // Reads a scanner to its end, checks its arrays, hands each run to use.
  void read(const char* what, tw_scanner& scanner, const Use& use);
  Case& case_;
  Rig& rig_;
  const tw_storage& table_;
};

}  // namespace tickwork::host::check
