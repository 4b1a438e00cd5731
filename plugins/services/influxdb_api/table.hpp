// SPDX-License-Identifier: MIT
// Reading an answer of a query plugin: its tables, and their cells in Go's notations.
#pragma once

#include <tickwork/tickwork.hpp>

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

// One tw_result. Its rows are read as they are asked for, one after the other.
class Table {
 public:
  // Takes the result's rows.
  explicit Table(tw_result& result);

  int32_t statement = 0;
  std::string name, error, message;  // error: also why there are no more rows
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<std::string> columns;
  bool has_rows = false;  // a series, even one without values

  bool has_time() const { return !times_.empty() && times_[0]; }
  bool more();  // whether there is another row; waits until it is known
  bool next();  // on to that row; false after the last
  // The cells of the row at hand, separated by commas.
  void append_json(std::string& out, Times times) const;
  void append_csv(std::string& out, size_t column, Times times) const;
  void append_msgpack(std::string& out, size_t column, Times times) const;

 private:
  struct Place {
    const ArrowArray* array;
    int64_t row;
  };
  Place locate(size_t column) const;
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
  ArrowStream stream_;  // none: no more arrays
  Array array_;
  int64_t row_ = -1;  // of array_
};

void append_csv_text(std::string& out, std::string_view text);

}  // namespace tickwork::influxdb_api
