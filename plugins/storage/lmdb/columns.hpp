// SPDX-License-Identifier: MIT
// Rows of one series as vectors: times and a column a field. The form between the memory table, the
// blocks and a scan; merging keeps the newer value per time and field.
#pragma once

#include <tickwork/metric.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace tickwork::lmdb {

using FieldId = uint32_t;

struct Column {
  FieldId field = 0;
  uint32_t type = 0;                    // TW_FLOAT ...
  std::vector<uint64_t> bits;           // numbers and booleans, by row; 0 where not valid
  std::vector<std::string_view> texts;  // strings, by row; borrowed
  std::vector<uint8_t> valid;           // by row; empty: all rows are valid

  bool text() const { return type == TW_STRING; }
  bool has(size_t row) const { return valid.empty() || valid[row]; }
  void pad(size_t rows);  // nulls up to that many rows
  void push(uint64_t value, size_t row) {
    if (bits.size() < row) pad(row);
    bits.push_back(value);
    if (!valid.empty()) valid.push_back(1);
  }
  void push(std::string_view value, size_t row) {
    if (texts.size() < row) pad(row);
    texts.push_back(value);
    if (!valid.empty()) valid.push_back(1);
  }
  size_t size() const { return text() ? texts.size() : bits.size(); }
};

// A value of another column of the type, or its null.
void append_value(Column& to, const Column& from, size_t row);

struct Columns {
  std::vector<int64_t> times;
  std::vector<Column> columns;

  size_t rows() const { return times.size(); }
  bool empty() const { return times.empty(); }
  void finish();  // pads every column to the rows
};

// Sorts by time, stable; among rows of one time the later value of each field stays.
void sort_rows(Columns& rows);

// newer over older; both sorted, with the same list of columns.
Columns merge_rows(Columns older, const Columns& newer);

// All rows of from behind those of to, which has the same list of columns or none yet.
void append_rows(Columns& to, const Columns& from);

Columns copy_rows(const Columns& from, size_t begin, size_t end);

// Keeps rows [begin, end).
void keep_rows(Columns& rows, size_t begin, size_t end);

// Keeps the rows for which keep is not zero.
void filter_rows(Columns& rows, const std::vector<uint8_t>& keep);

}  // namespace tickwork::lmdb
