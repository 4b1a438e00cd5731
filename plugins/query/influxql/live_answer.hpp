// SPDX-License-Identifier: MIT
// An answer whose tables are made as they are read: no more than one of them is in memory.
#pragma once

#include "kit/arrow/arrow.hpp"
#include "plan.hpp"

namespace tickwork::query {

// A table's head and first rows, of which there is at least one.
struct LiveTable {
  std::string name;
  Tags tags;
  Array rows;             // as LiveAnswer::schema has them
  bool complete = false;  // no more rows follow
};

class LiveAnswer {
 public:
  virtual ~LiveAnswer() = default;
  // Replaces out by the next table; false after the last. Throws when the statement fails.
  virtual bool next_table(LiveTable& out) = 0;
  // The next rows of a table that is not complete; false after its last.
  virtual bool next_batch(ArrowArray* out) = 0;
  // Of the table at hand.
  virtual const arrow::StructSchema& schema() const = 0;
};

// The schema of a plan's tables: the time, then its outputs, which have these types.
arrow::StructSchema schema_of(const Plan& plan, const std::vector<DataType>& types);

}  // namespace tickwork::query
