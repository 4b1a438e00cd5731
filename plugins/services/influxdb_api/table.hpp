// SPDX-License-Identifier: MIT
// Reading an answer of a query plugin: its tables, and their cells in Go's notations.
#pragma once

#include <tickwork/tickwork.hpp>

#include <memory>
#include <string>
#include <vector>

namespace date {
class time_zone;
}

namespace tickwork::influxdb_api {

// How times are shown: RFC 3339 (0), or as an integer of this many ns.
struct Times {
  int64_t unit = 0;
};
Times times_of(const std::string& epoch);

// One tw_result, with its rows at hand.
class Table {
 public:
  // Takes the result's rows.
  explicit Table(tw_result& result);

  int32_t statement = 0;
  std::string name, error, message;
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<std::string> columns;
  bool has_rows = false;  // a series, even one without values

  bool has_time() const { return !times_.empty() && times_[0]; }
  size_t rows() const { return rows_; }
  // The cells of a row, separated by commas.
  void append_json(std::string& out, size_t row, Times times) const;
  void append_csv(std::string& out, size_t row, size_t column, Times times) const;
  void append_msgpack(std::string& out, size_t row, size_t column, Times times) const;

 private:
  struct Place {
    const ArrowArray* array;
    int64_t row;
  };
  size_t part_of(size_t row) const;  // the array that has the row
  Place locate(size_t row, size_t column) const;
  void append_cell(std::string& out, const Place& place, size_t column, Times times) const;
  bool null(const Place& p) const;
  void append_time(std::string& out, int64_t ns, size_t column, Times times) const;
  void append_list(std::string& out, const Place& p) const;

  // A cell of a column that has values of several types is a struct of one column a type: the one
  // that has a value. Other cells are themselves.
  Place value_at(const Place& p, size_t column, char& format) const;

  std::vector<std::string> formats_;
  std::vector<std::string> kinds_;  // formats of a struct's columns; else empty
  std::vector<bool> times_;
  std::vector<const date::time_zone*> zones_;
  std::vector<std::unique_ptr<Array>> arrays_;
  std::vector<size_t> starts_;
  size_t rows_ = 0;
};

void append_csv_text(std::string& out, std::string_view text);

}  // namespace tickwork::influxdb_api
