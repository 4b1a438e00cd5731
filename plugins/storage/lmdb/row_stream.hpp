// SPDX-License-Identifier: MIT
// Rows of a series as deltas of their predecessors in one byte stream: the form of the memory table
// and of the log (FORMAT.md, "Rows").
#pragma once

#include <tickwork/metric.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bytes.hpp"
#include "columns.hpp"

namespace tickwork::lmdb {

// The ordered fields of a row. Rows of one series mostly share it.
struct Shape {
  struct Field {
    std::string name;
    FieldId id;
    uint32_t type;
  };
  uint32_t number = 0;  // within its shard and table
  std::vector<Field> fields;
};

// What the next row is a delta of.
struct RowState {
  const Shape* shape = nullptr;
  uint64_t time = 0, step = 0;
  uint64_t* values = nullptr;  // a word a field of the shape
};

// Most bytes that the row can take.
size_t row_bound(const Shape& shape, const tw_field* fields);
// Writes the row to out, which has room for row_bound, and returns its end. fields are those of
// shape, in its order. state.values must have room; it is cleared here when the shape changes.
char* encode_row(RowState& state, const Shape& shape, int64_t time, const tw_field* fields,
                 char* out);

// Decodes rows and appends them to out, which grows columns as fields appear; with wanted, only
// those columns, which must be out.columns already. Throws Damaged.
class RowDecoder {
 public:
  RowDecoder(const std::vector<const Shape*>& shapes, Columns& out, bool grow)
      : shapes_(shapes), out_(out), grow_(grow) {}
  void decode(std::string_view bytes);
  // For the rows of another series: out has no rows again, but keeps its memory. Only with grow.
  void restart();

 private:
  void change_shape(uint64_t number);
  void add_columns();
  void decode_field(Reader& in, size_t i);
  const std::vector<const Shape*>& shapes_;
  Columns& out_;
  bool grow_;
  RowState state_;
  std::vector<uint64_t> values_;
  static constexpr size_t not_wanted = SIZE_MAX;
  std::vector<size_t> targets_;  // columns, by field of the shape
  const Shape* only_ = nullptr;  // whose fields are all that out has, in order
};

}  // namespace tickwork::lmdb
