// SPDX-License-Identifier: MIT
#include "arrow_build.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace tickwork::lmdb {
namespace {

struct SchemaOwner {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
};

void release_schema(ArrowSchema* schema) {
  for (int64_t i = 0; i < schema->n_children; ++i) {
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
  }
  delete static_cast<SchemaOwner*>(schema->private_data);
  schema->release = nullptr;
}

void fill_schema(const char* format, std::string name, bool nullable, size_t children,
                 ArrowSchema* out) {
  auto* owner = new SchemaOwner{std::move(name), std::vector<ArrowSchema>(children), {}};
  for (ArrowSchema& child : owner->children) owner->pointers.push_back(&child);
  *out = {};
  out->format = format;
  out->name = owner->name.c_str();
  out->flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  out->n_children = static_cast<int64_t>(children);
  out->children = owner->pointers.data();
  out->release = release_schema;
  out->private_data = owner;
}

struct ArrayOwner {
  std::vector<uint64_t> words;
  std::vector<int64_t> times;
  std::vector<int32_t> offsets;
  std::string bytes;
  std::vector<uint8_t> packed, validity;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
};

void release_array(ArrowArray* array) {
  for (int64_t i = 0; i < array->n_children; ++i) {
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
  }
  delete static_cast<ArrayOwner*>(array->private_data);
  array->release = nullptr;
}

void fill_array(std::unique_ptr<ArrayOwner> owner, size_t rows, size_t nulls, ArrowArray* out) {
  *out = {};
  out->length = static_cast<int64_t>(rows);
  out->null_count = static_cast<int64_t>(nulls);
  out->n_buffers = static_cast<int64_t>(owner->buffers.size());
  out->buffers = owner->buffers.data();
  out->n_children = static_cast<int64_t>(owner->pointers.size());
  out->children = owner->pointers.data();
  out->release = release_array;
  out->private_data = owner.release();
}

template <class T>
std::vector<uint8_t> bitmap_of(const std::vector<T>& flags) {
  std::vector<uint8_t> bits((flags.size() + 7) / 8);
  for (size_t i = 0; i < flags.size(); ++i) {
    if (flags[i]) bits[i / 8] |= static_cast<uint8_t>(1u << (i % 8));
  }
  return bits;
}

template <class Text>
void put_strings(const std::vector<Text>& texts, ArrayOwner& owner) {
  size_t total = 0;
  for (const auto& t : texts) total += t.size();
  owner.bytes.reserve(total + 1);
  owner.offsets.reserve(texts.size() + 1);
  owner.offsets.push_back(0);
  for (const auto& t : texts) {
    owner.bytes.append(t);
    owner.offsets.push_back(static_cast<int32_t>(owner.bytes.size()));
  }
}

void set_buffers(uint32_t type, ArrayOwner& owner) {
  const void* validity = owner.validity.empty() ? nullptr : owner.validity.data();
  if (type == TW_STRING) {
    owner.buffers = {validity, owner.offsets.data(), owner.bytes.data()};
  } else if (type == TW_BOOL) {
    owner.packed = bitmap_of(owner.words);
    if (owner.packed.empty()) owner.packed.push_back(0);
    owner.buffers = {validity, owner.packed.data()};
  } else {
    if (owner.words.empty()) owner.words.reserve(1);
    owner.buffers = {validity, owner.words.data()};
  }
}

void export_column(Column&& column, size_t rows, ArrowArray* out) {
  auto owner = std::make_unique<ArrayOwner>();
  size_t nulls = 0;
  if (!column.valid.empty()) {
    nulls = static_cast<size_t>(std::count(column.valid.begin(), column.valid.end(), 0));
    if (nulls > 0) owner->validity = bitmap_of(column.valid);
  }
  if (column.text()) {
    put_strings(column.texts, *owner);
  } else {
    owner->words = std::move(column.bits);
  }
  set_buffers(column.type, *owner);
  fill_array(std::move(owner), rows, nulls, out);
}

void export_times(std::vector<int64_t>&& times, ArrowArray* out) {
  auto owner = std::make_unique<ArrayOwner>();
  const size_t rows = times.size();
  owner->times = std::move(times);
  owner->buffers = {nullptr, owner->times.data()};
  fill_array(std::move(owner), rows, 0, out);
}

std::unique_ptr<ArrayOwner> struct_owner(size_t children) {
  auto owner = std::make_unique<ArrayOwner>();
  owner->buffers = {nullptr};
  owner->children.resize(children);
  for (ArrowArray& child : owner->children) owner->pointers.push_back(&child);
  return owner;
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

void export_list_column(ListTable::ListColumn& column, ArrowArray* out) {
  auto owner = std::make_unique<ArrayOwner>();
  const size_t rows = column.rows();
  if (column.type == TW_STRING) {
    column.ends.insert(column.ends.begin(), 0);
    owner->bytes = std::move(column.bytes);
    owner->offsets = std::move(column.ends);
  } else {
    owner->words = std::move(column.bits);
  }
  set_buffers(column.type, *owner);
  fill_array(std::move(owner), rows, 0, out);
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
  const size_t rows = columns.front().rows();
  auto owner = struct_owner(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) export_list_column(columns[i], &owner->children[i]);
  fill_array(std::move(owner), rows, 0, out);
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
  fill_schema("+s", "", false, fields.size(), out);
  for (size_t i = 0; i < fields.size(); ++i) {
    fill_schema(fields[i].format, fields[i].name, fields[i].nullable, 0, out->children[i]);
  }
}

void export_rows(Columns&& rows, ArrowArray* out) {
  const size_t count = rows.rows();
  auto owner = struct_owner(rows.columns.size() + 1);
  export_times(std::move(rows.times), &owner->children[0]);
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    export_column(std::move(rows.columns[i]), count, &owner->children[i + 1]);
  }
  fill_array(std::move(owner), count, 0, out);
}

namespace {

struct WordsOwner {
  std::vector<WordColumn> columns;
  std::vector<std::vector<uint8_t>> packed;  // booleans
  std::vector<const void*> buffers;          // two a column, the last is the struct's
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
};

void release_borrowed(ArrowArray* array) { array->release = nullptr; }

void release_words(ArrowArray* array) {
  for (int64_t i = 0; i < array->n_children; ++i) {
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
  }
  delete static_cast<WordsOwner*>(array->private_data);
  array->release = nullptr;
}

}  // namespace

void export_words(std::vector<WordColumn>&& columns, size_t rows, ArrowArray* out) {
  auto owner = std::make_unique<WordsOwner>();
  const size_t n = columns.size();
  owner->columns = std::move(columns);
  owner->buffers.resize(2 * n + 1);
  owner->children.resize(n);
  for (size_t i = 0; i < n; ++i) {
    const WordColumn& column = owner->columns[i];
    const void** buffers = owner->buffers.data() + 2 * i;
    buffers[0] = column.filled == rows ? nullptr : column.valid.data();
    buffers[1] = column.words.data();
    if (column.type == TW_BOOL) {
      owner->packed.push_back(bitmap_of(column.words));
      buffers[1] = owner->packed.back().data();
    }
    ArrowArray& child = owner->children[i];
    child = {};
    child.length = static_cast<int64_t>(rows);
    child.null_count = static_cast<int64_t>(rows - column.filled);
    child.n_buffers = 2;
    child.buffers = buffers;
    child.release = release_borrowed;
    owner->pointers.push_back(&child);
  }
  *out = {};
  out->length = static_cast<int64_t>(rows);
  out->n_buffers = 1;
  out->buffers = owner->buffers.data() + 2 * n;
  out->n_children = static_cast<int64_t>(n);
  out->children = owner->pointers.data();
  out->release = release_words;
  out->private_data = owner.release();
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
