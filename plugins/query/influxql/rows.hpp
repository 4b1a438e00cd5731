// SPDX-License-Identifier: MIT
// Rows of one series as columns: what a scan of the storage or a subquery gives, and the tables
// that an answer is made of.
#pragma once

#include <tickwork/metric.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "value.hpp"

namespace tickwork::query {

using Tags = std::vector<std::pair<std::string, std::string>>;  // sorted by key
std::string_view tag_value(const Tags& tags, std::string_view key);
// Two tags of a series beside each other: one that it lacks equals no other, and none has an order.
bool compare_tags(Op op, std::string_view left, std::string_view right);

// The tags of a series that is read, sorted by key, in one piece of memory.
class SeriesTags {
 public:
  SeriesTags(const tw_tag* tags, size_t n);
  explicit SeriesTags(const Tags& tags);
  SeriesTags(const SeriesTags&) = delete;

  // Empty without it. near: where it is likely to be; set to where it was found.
  std::string_view value(std::string_view key, size_t& near) const;
  std::string_view value(std::string_view key) const {
    size_t near = 0;
    return value(key, near);
  }

 private:
  void reserve(size_t n, size_t bytes);
  void add(std::string_view key, std::string_view value);
  std::string bytes_;
  std::vector<std::pair<std::string_view, std::string_view>> items_;
};

// A column read in place: Arrow buffers, or a vector of values.
struct Column {
  DataType type = DataType::unknown;  // unknown: every row is null
  const uint8_t* valid = nullptr;     // bitmap from `offset`; none means no nulls
  const void* data = nullptr;
  const void* text = nullptr;  // bytes of strings
  int64_t offset = 0;
  const std::vector<Value>* values = nullptr;           // instead of the buffers
  std::shared_ptr<const std::vector<Value>> converted;  // keeps `values` of a cast
  bool fixed = false;                                   // the same value in every row: a tag
  Value value;

  bool has(size_t row) const {
    if (fixed) return !value.null();
    if (values) return !(*values)[row].null();
    if (type == DataType::unknown) return false;
    size_t i = row + static_cast<size_t>(offset);
    return !valid || (valid[i / 8] >> (i % 8) & 1);
  }
  Value at(size_t row) const;
  template <class T>
  const T* items() const {
    return static_cast<const T*>(data) + offset;
  }
};

// Rows of one series, ascending in time. `owner` keeps the memory.
struct Run {
  std::shared_ptr<const SeriesTags> tags;
  std::shared_ptr<const void> owner;
  const int64_t* times = nullptr;
  size_t rows = 0;
  std::vector<Column> columns;    // in the order that was asked for
  std::vector<uint8_t> selected;  // one byte a row; empty: all rows
  bool every_row = false;         // of a subquery: rows count even when the asked columns are null
  uint32_t order = 0;             // rank of the series in the source

  bool has_row(size_t row) const { return selected.empty() || selected[row]; }
};
using RunPtr = std::shared_ptr<const Run>;

// A finished series of an answer.
struct Table {
  std::string name;
  Tags tags;
  std::vector<std::string> columns;
  std::vector<int64_t> times;             // empty when the first column is no time
  std::vector<std::vector<Value>> cells;  // a vector a column, without the time column
  std::vector<DataType> types;            // of those; unknown: taken from the first value
  std::vector<DataType> result_types;     // as the statement has them, if known
  bool mixed = false;                     // a column may have several types
  bool has_time = true;
  std::string time_zone;
  int list_column = -1;                             // of cells: text whose lines are an array
  std::vector<std::shared_ptr<const void>> owners;  // of the text in cells

  size_t rows() const { return has_time ? times.size() : cells.empty() ? 0 : cells[0].size(); }
};

}  // namespace tickwork::query
