// SPDX-License-Identifier: MIT
// What goes to a panel: frames of columns, all of one length, and the message around them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tickwork::webui {

// In a column of numbers.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

struct Column {
  enum class Type { time, number, text, list };
  std::string name;
  Type type = Type::number;
  std::string unit;
  std::string config;           // a JSON object, empty: none
  std::vector<double> numbers;  // time in ms since 1970, number: NaN is missing
  std::vector<std::string> texts;
  std::vector<std::vector<std::string>> lists;

  size_t size() const {
    if (type == Type::text) return texts.size();
    return type == Type::list ? lists.size() : numbers.size();
  }
};

struct Frame {
  int query = 0;
  std::string name;
  std::vector<Column> columns;

  size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
};

struct Message {
  std::string panel;
  std::string kind;  // full, append, error, beat
  int64_t as_of_ms = 0;
  int64_t since_ms = 0;  // append only
  int64_t drop_before_ms = 0;
  std::string error;
  bool reduced = false;
  size_t read = 0;  // rows before the reduction
  std::vector<Frame> frames;
};

inline Column numbers(std::string name, std::vector<double> values, std::string unit = "") {
  Column column;
  column.name = std::move(name);
  column.unit = std::move(unit);
  column.numbers = std::move(values);
  return column;
}

inline Column texts(std::string name, std::vector<std::string> values) {
  Column column;
  column.name = std::move(name);
  column.type = Column::Type::text;
  column.texts = std::move(values);
  return column;
}

}  // namespace tickwork::webui
