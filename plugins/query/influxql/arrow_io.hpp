// SPDX-License-Identifier: MIT
// Between Arrow and the engine: lists and scans in, tables out.
#pragma once

#include <tickwork/tickwork.hpp>

#include "rows.hpp"
#include "window.hpp"

namespace tickwork::query {

DataType type_of_format(const char* format);
Column column_of(const ArrowArray& array, DataType type, int64_t parent_offset);

// Every row of a stream of struct arrays, with its cells as text or numbers. Text is kept by the
// returned object.
struct List {
  std::vector<std::vector<Value>> rows;
  std::vector<std::shared_ptr<const void>> owners;
};
List read_list(ArrowArrayStream& stream);
// The rows of a list that was asked for with TW_LIST_COUNT: told, or counted without a look at
// them.
size_t read_count(ArrowArrayStream& stream);

// A stream that gives the table as one array, then ends. The table lives until release.
ArrowArrayStream stream_of(std::shared_ptr<const Table> table);

// The Arrow format of cells of a type; unknown is all null.
const char* format_of(DataType type);

}  // namespace tickwork::query
