// SPDX-License-Identifier: MIT
// A shared block: the rows of many series that have few each. A block a series would cost them many
// times their size (FORMAT.md, "Shared blocks").
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "block.hpp"

namespace tickwork::lmdb {

constexpr size_t most_shared_rows = 2048;
constexpr size_t most_short_rows = 16;  // of one series in a shared block

// Whether rows, of one series, may go into a shared block.
bool is_short(const Columns& rows);

class SharedBlockWriter {
 public:
  void add(SeriesId series, const Columns& rows);  // series rise; rows are short and sorted
  bool full() const;                               // another series may be too much
  size_t series() const { return series_.size(); }
  SeriesId first() const { return series_.front(); }
  void finish(std::string& out);  // appends the block and is empty again
  void clear();

 private:
  // The fields that series have in common: numbers of columns.
  using Fields = std::vector<uint32_t>;
  bool has_fields(const Fields& fields, const Columns& rows) const;
  uint64_t shape_of(const Columns& rows);
  uint32_t column_of(const Column& like);
  void put_shapes(std::string& out) const;
  void put_times(std::string& out) const;
  void put_columns(std::string& out) const;

  std::vector<uint64_t> series_, counts_, shape_of_;  // by series
  std::vector<uint64_t> times_;                       // by row, a series after the other
  std::vector<Fields> shapes_;
  std::map<Fields, uint64_t> shape_numbers_;
  std::vector<Column> columns_;  // values of the series that have the field
  boost::unordered_flat_map<uint64_t, uint32_t> column_numbers_;
  uint64_t last_shape_ = 0;
  size_t values_ = 0, text_bytes_ = 0;
};

// A shared block taken apart. Columns are decoded when first asked for. Used again and again it
// keeps its memory. Throws Damaged. The bytes are borrowed.
class SharedBlock {
 public:
  void open(std::string_view block);
  const std::vector<uint64_t>& series() const { return series_; }  // rising
  size_t find(SeriesId series) const;                              // its place, or series().size()
  BlockHead head(size_t place) const;                              // of one series' rows
  size_t rows() const { return times_.size(); }
  // Replaces out by the rows of one series; wanted as for decode_block.
  void read(size_t place, const std::vector<FieldId>* wanted, Columns& out);

 private:
  struct Stored {
    FieldId field = 0;
    uint32_t type = 0;
    uint8_t flags = 0;
    std::string_view payload;
    size_t rows = 0;
    bool decoded = false;
    Column values;
  };
  void read_series(Reader& in, uint64_t count, uint64_t rows);
  void read_shapes(Reader& in);
  void read_times(Reader& in);
  void read_columns(Reader& in);
  void place_values();
  void copy_values(size_t place, size_t field, Column& out);

  std::vector<uint64_t> series_, shape_of_;
  std::vector<uint32_t> begins_;  // of each series' rows, and the end of the last
  std::vector<int64_t> times_;
  std::vector<std::vector<uint32_t>> shapes_;
  std::vector<Stored> columns_;
  std::vector<uint32_t> first_of_;      // by series: where its part of value_begins_ starts
  std::vector<uint32_t> value_begins_;  // by field of each series' shape: its rows in the column
  std::vector<uint64_t> words_;
};

}  // namespace tickwork::lmdb
