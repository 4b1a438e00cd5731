// SPDX-License-Identifier: MIT
// Reading an answer of a query plugin: its tables, and their cells in Go's notations.
#pragma once

#include <tickwork/tickwork.hpp>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
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

// The columns of a table, as its schema has them. Mostly all tables of an answer share them.
struct Columns {
  explicit Columns(const ArrowSchema& schema);
  bool are(const ArrowSchema& schema) const;

  // A cell of a column that has values of several types is a struct of one column a type: the one
  // that has a value.
  struct Column {
    char format = 0;    // the first letter; of times as of integers
    bool time = false;  // read as one where it comes first
    const date::time_zone* zone = nullptr;
    std::string kinds;  // formats of a struct's columns; else empty
    std::string given;  // the format as it came
  };
  std::vector<std::string> names;
  std::vector<Column> columns;
  std::string json;  // the names as an array
};

// Times as text (RFC 3339): the tables of an answer mostly have the same few, over and over.
class TimeTexts {
 public:
  void append(std::string& out, int64_t ns);

 private:
  struct Known {
    int64_t ns = 0;
    uint8_t size = 0;  // 0: none
    char text[31];
  };
  std::array<Known, 64> known_;
};

// What the tables of one answer have in common, kept from one to the next.
struct AnswerTexts {
  std::shared_ptr<const Columns> columns;
  TimeTexts times;
};

// One tw_result, which must stay as it is. Its rows are read as they are asked for, one after the
// other.
class Table {
 public:
  // Takes the result's rows. known: from the table before; must outlive this one.
  Table(tw_result& result, AnswerTexts& known);

  int32_t statement = 0;
  std::string_view name, message;
  std::string error;  // also why there are no more rows
  std::span<const tw_tag> tags;
  bool has_rows = false;  // a series, even one without values

  const std::vector<std::string>& columns() const;
  std::string_view columns_json() const { return columns_->json; }  // of one with rows
  bool has_time() const {
    return columns_ && !columns_->columns.empty() && columns_->columns[0].time;
  }
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
  Place value_at(const Place& p, size_t column, char& format) const;

  std::shared_ptr<const Columns> columns_;  // null without rows
  TimeTexts& time_texts_;
  ArrowStream stream_;  // none: no more arrays
  Array array_;
  int64_t row_ = -1;  // of array_
};

void append_csv_text(std::string& out, std::string_view text);

}  // namespace tickwork::influxdb_api
