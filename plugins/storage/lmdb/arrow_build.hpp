// SPDX-License-Identifier: MIT
// Columns as Arrow arrays (the C data interface), which own their buffers.
#pragma once

#include <tickwork/arrow.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "columns.hpp"
#include "kit/arrow/arrow.hpp"

namespace tickwork::lmdb {

struct ArrowField {
  std::string name;
  const char* format;  // static
  bool nullable = true;
};

const char* arrow_format(uint32_t type);  // of TW_FLOAT ...

void export_schema(const std::vector<ArrowField>& fields, ArrowSchema* out);

// Times and columns as a struct array, copied; about how many bytes that takes.
size_t export_rows(const Columns& rows, arrow::BlockPool& pool, ArrowArray* out);

// A table of texts and integers for list. Rows are as long as columns.
struct ListTable {
  struct ListColumn {
    std::string name;
    uint32_t type;        // TW_STRING, TW_INT or TW_BOOL
    std::string bytes{};  // of texts, as Arrow has them
    std::vector<int32_t> ends{};
    std::vector<uint64_t> bits{};
    size_t rows() const { return type == TW_STRING ? ends.size() : bits.size(); }
  };
  explicit ListTable(std::vector<ListColumn> columns_) : columns(std::move(columns_)) {}
  ListTable& text(size_t column, std::string_view value) {
    columns[column].bytes.append(value);
    columns[column].ends.push_back(static_cast<int32_t>(columns[column].bytes.size()));
    return *this;
  }
  ListTable& number(size_t column, int64_t value) {
    columns[column].bits.push_back(static_cast<uint64_t>(value));
    return *this;
  }
  void clear_rows();
  std::vector<ListColumn> columns;
  std::function<void(ListTable&)> refill{};  // adds more rows, or none at the end
};

// A batch, then those that refill gives.
void export_list(ListTable&& table, ArrowArrayStream* out);

}  // namespace tickwork::lmdb
