// SPDX-License-Identifier: MIT
#include "arrow_build.hpp"

#include <algorithm>

namespace tickwork::lmdb {
namespace {

size_t bytes_of(const Column& column) {
  size_t bytes = 0;
  for (const std::string_view text : column.texts) bytes += text.size();
  return bytes;
}

void put_texts(const Column& column, arrow::StructBlock::Texts texts) {
  for (size_t row = 0; row < column.texts.size(); ++row) {
    if (column.has(row)) {
      texts.add(column.texts[row]);
    } else {
      texts.add_null();
    }
  }
}

void put_words(const Column& column, arrow::StructBlock& block, size_t to) {
  if (column.type == TW_BOOL) {
    for (size_t row = 0; row < column.bits.size(); ++row) {
      if (column.has(row)) block.set_bool(to, row, column.bits[row] != 0);
    }
    return;
  }
  std::copy(column.bits.begin(), column.bits.end(), block.words(to));
  if (column.valid.empty()) return block.mark_all(to);
  for (size_t row = 0; row < column.valid.size(); ++row) {
    if (column.valid[row]) block.mark(to, row);
  }
}

// ---- lists ----

struct ListOwner {
  ListTable table;
  bool sent = false;
};

int list_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  const auto& table = static_cast<ListOwner*>(stream->private_data)->table;
  std::vector<ArrowField> fields;
  for (const auto& column : table.columns) {
    fields.push_back({column.name, arrow_format(column.type), false});
  }
  export_schema(fields, out);
  return 0;
}

void put_list_column(const ListTable::ListColumn& column, arrow::StructBlock& block, size_t to) {
  if (column.type == TW_STRING) {
    auto texts = block.texts(to);
    int32_t begin = 0;
    for (const int32_t end : column.ends) {
      texts.add(std::string_view(column.bytes)
                    .substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
      begin = end;
    }
  } else if (column.type == TW_BOOL) {
    for (size_t row = 0; row < column.bits.size(); ++row) {
      block.set_bool(to, row, column.bits[row] != 0);
    }
  } else {
    std::copy(column.bits.begin(), column.bits.end(), block.words(to));
    block.mark_all(to);
  }
}

int list_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto* list = static_cast<ListOwner*>(stream->private_data);
  *out = {};
  auto& columns = list->table.columns;
  if (list->sent) {
    if (!list->table.refill) return 0;
    list->table.clear_rows();
    list->table.refill(list->table);
    if (columns.front().rows() == 0) return 0;
  }
  list->sent = true;
  std::vector<arrow::ColumnShape> shapes;
  for (const auto& column : columns) {
    shapes.push_back({*arrow_format(column.type), column.bytes.size()});
  }
  arrow::StructBlock block(columns.front().rows(), shapes);
  for (size_t i = 0; i < columns.size(); ++i) put_list_column(columns[i], block, i);
  block.give(out);
  return 0;
}

const char* list_error(ArrowArrayStream*) { return nullptr; }

void release_list(ArrowArrayStream* stream) {
  delete static_cast<ListOwner*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

void ListTable::clear_rows() {
  for (ListColumn& column : columns) {
    column.bytes.clear();
    column.ends.clear();
    column.bits.clear();
  }
}

const char* arrow_format(uint32_t type) {
  switch (type) {
    case TW_FLOAT:
      return "g";
    case TW_INT:
      return "l";
    case TW_UINT:
      return "L";
    case TW_BOOL:
      return "b";
    default:
      return "u";
  }
}

void export_schema(const std::vector<ArrowField>& fields, ArrowSchema* out) {
  std::vector<arrow::StructSchema::Column> columns;
  for (const ArrowField& field : fields) {
    columns.push_back({field.name, field.format, field.nullable});
  }
  arrow::StructSchema(std::move(columns)).give(out);
}

size_t export_rows(const Columns& rows, arrow::BlockPool& pool, ArrowArray* out) {
  std::vector<arrow::ColumnShape> shapes{{'t'}};
  shapes.reserve(1 + rows.columns.size());
  size_t bytes = 0;
  for (const Column& column : rows.columns) {
    shapes.push_back({*arrow_format(column.type), bytes_of(column)});
    bytes += shapes.back().text_bytes;
  }
  bytes += shapes.size() * (sizeof(ArrowArray) + rows.rows() * sizeof(uint64_t));
  arrow::StructBlock block(rows.rows(), shapes, &pool);
  std::copy(rows.times.begin(), rows.times.end(), block.words(0));
  block.mark_all(0);
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    if (rows.columns[i].text()) {
      put_texts(rows.columns[i], block.texts(i + 1));
    } else {
      put_words(rows.columns[i], block, i + 1);
    }
  }
  block.give(out);
  return bytes;
}

void export_list(ListTable&& table, ArrowArrayStream* out) {
  *out = {};
  out->get_schema = list_schema;
  out->get_next = list_next;
  out->get_last_error = list_error;
  out->release = release_list;
  out->private_data = new ListOwner{std::move(table)};
}

}  // namespace tickwork::lmdb
