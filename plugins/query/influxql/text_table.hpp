// SPDX-License-Identifier: MIT
// A table without times, filled row by row: what SHOW answers with. Text is copied.
#pragma once

#include <deque>
#include <memory>

#include "rows.hpp"

namespace tickwork::query {

inline Value text(std::string_view s) { return Value::of(s); }
inline Value count(uint64_t n) { return Value::of(static_cast<int64_t>(n)); }

class TextTable {
 public:
  TextTable(std::string name, std::vector<std::string> columns)
      : table_{std::make_shared<Table>()}, text_{std::make_shared<std::deque<std::string>>()} {
    table_->name = std::move(name);
    table_->cells.resize(columns.size());
    table_->columns = std::move(columns);
    table_->has_time = false;
    table_->owners.push_back(text_);
  }
  void add(const std::vector<Value>& row) {
    for (size_t i = 0; i < row.size(); ++i) {
      Value v = row[i];
      if (v.type == DataType::string) v.s = text_->emplace_back(v.s);
      table_->cells[i].push_back(v);
    }
  }
  void set_tags(Tags tags) { table_->tags = std::move(tags); }
  void set_types(std::vector<DataType> types) { table_->types = std::move(types); }
  void set_list(int column) { table_->list_column = column; }
  bool empty() const { return table_->rows() == 0; }
  std::shared_ptr<const Table> table() const { return table_; }

 private:
  std::shared_ptr<Table> table_;
  std::shared_ptr<std::deque<std::string>> text_;
};

}  // namespace tickwork::query
