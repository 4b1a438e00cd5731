// SPDX-License-Identifier: MIT
#include "arrow_io.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>

namespace tickwork::query {

const char* format_of(DataType type) {
  switch (type) {
    case DataType::integer:
      return "l";
    case DataType::unsigned_:
      return "L";
    case DataType::boolean:
      return "b";
    case DataType::string:
    case DataType::tag:
      return "u";
    default:
      return "g";
  }
}

DataType type_of_format(const char* format) {
  switch (format[0]) {
    case 'g':
      return DataType::float_;
    case 'l':
      return DataType::integer;
    case 'L':
      return DataType::unsigned_;
    case 'b':
      return DataType::boolean;
    case 'u':
      return DataType::string;
    case 't':
      return DataType::integer;  // tsn: is int64 nanoseconds
    default:
      return DataType::unknown;
  }
}

Column column_of(const ArrowArray& array, DataType type, int64_t parent_offset) {
  Column out;
  out.type = type;
  out.offset = array.offset + parent_offset;
  if (type == DataType::unknown || array.n_buffers < 2) return out.type = DataType::unknown, out;
  out.valid = static_cast<const uint8_t*>(array.buffers[0]);
  out.data = array.buffers[1];
  if (array.n_buffers > 2) out.text = array.buffers[2];
  return out;
}

namespace {

// Calls visit(array) for every array of the stream, which it may keep.
template <class Visit>
void for_each_array(ArrowStream& stream, Visit visit) {
  for (;;) {
    auto array = std::make_shared<Array>();
    int code = stream->get_next(&*stream, array->out());
    if (code != 0) {
      const char* why = stream->get_last_error(&*stream);
      throw StatementError(why ? why : std::strerror(code));
    }
    if (!*array) return;
    visit(array);
  }
}

}  // namespace

List read_list(ArrowArrayStream& raw) {
  ArrowStream stream;
  *stream.out() = raw;
  raw.release = nullptr;
  List out;
  Schema schema;
  if (stream->get_schema(&*stream, schema.out()) != 0) return out;
  std::vector<DataType> types;
  for (int64_t i = 0; i < schema->n_children; ++i) {
    types.push_back(type_of_format(schema->children[i]->format));
  }
  for_each_array(stream, [&](const std::shared_ptr<Array>& array) {
    const ArrowArray& a = **array;
    std::vector<Column> columns;
    for (size_t i = 0; i < types.size(); ++i) {
      columns.push_back(column_of(*a.children[i], types[i], a.offset));
    }
    for (size_t row = 0; row < static_cast<size_t>(a.length); ++row) {
      auto& cells = out.rows.emplace_back();
      for (const Column& column : columns) cells.push_back(column.at(row));
    }
    out.owners.push_back(array);
  });
  return out;
}

size_t read_count(ArrowArrayStream& raw) {
  ArrowStream stream;
  *stream.out() = raw;
  raw.release = nullptr;
  Schema schema;
  if (stream->get_schema(&*stream, schema.out()) != 0) return 0;
  const bool told =
      schema->n_children == 1 && std::string_view("count") == schema->children[0]->name;
  size_t rows = 0;
  for_each_array(stream, [&](const std::shared_ptr<Array>& array) {
    const ArrowArray& a = **array;
    if (!told) {
      rows += static_cast<size_t>(a.length);
    } else if (a.length > 0) {
      const Column count = column_of(*a.children[0], DataType::integer, a.offset);
      rows += static_cast<size_t>(count.at(0).i);
    }
  });
  return rows;
}

namespace {

struct Buffers {
  std::vector<uint8_t> valid, bits;
  std::vector<int64_t> words;
  std::vector<int32_t> ends;
  std::string text;
  std::vector<const void*> pointers;
  ArrowArray array{};
  std::unique_ptr<Buffers> lines;               // of a list
  std::vector<std::unique_ptr<Buffers>> kinds;  // of a mixed column
  std::vector<ArrowArray*> children;
};

struct ArrayOwner {
  std::shared_ptr<const Table> table;
  std::vector<std::unique_ptr<Buffers>> columns;
  std::vector<ArrowArray*> children;
  const void* no_buffer[1] = {nullptr};
};

struct SchemaOwner {
  std::vector<std::string> names, formats;
  std::vector<ArrowSchema> items;
  std::vector<ArrowSchema*> children;
  ArrowSchema item{"u", "item", nullptr, 0, 0, nullptr, nullptr, nullptr, nullptr};
  ArrowSchema* item_pointer = &item;
  std::deque<ArrowSchema> kind_items;           // of mixed columns
  std::deque<std::vector<ArrowSchema*>> kinds;  // of those, a list a column
};

struct StreamState {
  std::shared_ptr<const Table> table;
  bool done = false;
};

template <class T>
T& state(void* data) {
  return *static_cast<T*>(data);
}

// The type of a column: as declared, else that of its first value, else float (all null).
DataType column_type(const Table& table, size_t i) {
  if (i < table.types.size() && table.types[i] != DataType::unknown) return table.types[i];
  DataType found = DataType::unknown;
  for (const Value& v : table.cells[i]) {
    if (v.null()) continue;
    if (v.type == DataType::float_ && found == DataType::integer) return v.type;
    if (found == DataType::unknown) found = v.type;
    if (found != DataType::integer) break;
  }
  return found == DataType::unknown ? DataType::float_ : found;
}

// How many types there are in a column: numbers count as one.
std::vector<DataType> kinds_of(const std::vector<Value>& cells) {
  bool texts = false, booleans = false;
  DataType number = DataType::unknown;
  for (const Value& v : cells) {
    texts |= v.type == DataType::string;
    booleans |= v.type == DataType::boolean;
    if (v.numeric() && number != DataType::float_) number = v.type;
  }
  std::vector<DataType> out;
  if (number != DataType::unknown) out.push_back(number);
  if (texts) out.push_back(DataType::string);
  if (booleans) out.push_back(DataType::boolean);
  return out;
}

bool is_mixed(const Table& table, size_t i) {
  return table.mixed && kinds_of(table.cells[i]).size() > 1;
}

void set_bit(std::vector<uint8_t>& bits, size_t i) {
  bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | (1u << (i % 8)));
}

int64_t word_of(const Value& v, DataType type) {
  int64_t word = 0;
  if (v.type == type) return std::memcpy(&word, &v.i, sizeof word), word;
  Value converted = cast(v, type);
  std::memcpy(&word, &converted.i, sizeof word);
  return word;
}

void release_nested(ArrowArray* array) { array->release = nullptr; }

void finish(Buffers& b, size_t rows, int64_t nulls) {
  b.array = {static_cast<int64_t>(rows),
             nulls,
             0,
             static_cast<int64_t>(b.pointers.size()),
             0,
             b.pointers.data(),
             nullptr,
             nullptr,
             release_nested,
             nullptr};
}

std::unique_ptr<Buffers> time_buffers(const Table& table) {
  auto out = std::make_unique<Buffers>();
  out->pointers = {nullptr, table.times.data()};
  finish(*out, table.times.size(), 0);
  return out;
}

void fill_text(Buffers& b, const std::vector<Value>& cells) {
  b.ends.push_back(0);
  for (const Value& v : cells) {
    if (v.type == DataType::string) b.text += v.s;
    b.ends.push_back(static_cast<int32_t>(b.text.size()));
  }
}

std::unique_ptr<Buffers> cell_buffers(const std::vector<Value>& cells, DataType type) {
  auto out = std::make_unique<Buffers>();
  Buffers& b = *out;
  b.valid.resize(cells.size() / 8 + 1);
  int64_t nulls = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    bool null = cells[i].type != type && cast(cells[i], type).null();
    nulls += null;
    if (!null) set_bit(b.valid, i);
  }
  b.pointers = {b.valid.data()};
  if (type == DataType::string) {
    fill_text(b, cells);
    b.pointers.push_back(b.ends.data());
    b.pointers.push_back(b.text.data());
  } else if (type == DataType::boolean) {
    b.bits.resize(cells.size() / 8 + 1);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].is_true()) set_bit(b.bits, i);
    }
    b.pointers.push_back(b.bits.data());
  } else {
    b.words.reserve(cells.size());
    for (const Value& v : cells) b.words.push_back(v.null() ? 0 : word_of(v, type));
    b.pointers.push_back(b.words.data());
  }
  finish(b, cells.size(), nulls);
  return out;
}

// A column of several types: a struct with a column for each type, of which a row has one.
std::unique_ptr<Buffers> mixed_buffers(const std::vector<Value>& cells) {
  auto out = std::make_unique<Buffers>();
  for (DataType type : kinds_of(cells)) {
    out->kinds.push_back(cell_buffers(cells, type));
    out->children.push_back(&out->kinds.back()->array);
  }
  out->pointers = {nullptr};
  finish(*out, cells.size(), 0);
  out->array.n_children = static_cast<int64_t>(out->children.size());
  out->array.children = out->children.data();
  return out;
}

// A list of text a row, from text whose lines are the items.
std::unique_ptr<Buffers> list_buffers(const std::vector<Value>& cells) {
  auto out = std::make_unique<Buffers>();
  std::vector<Value> items;
  out->ends.push_back(0);
  for (const Value& v : cells) {
    for (size_t at = 0; at <= v.s.size() && !v.s.empty();) {
      size_t end = std::min(v.s.find('\n', at), v.s.size());
      items.push_back(Value::of(v.s.substr(at, end - at)));
      at = end + 1;
    }
    out->ends.push_back(static_cast<int32_t>(items.size()));
  }
  out->lines = cell_buffers(items, DataType::string);
  out->children = {&out->lines->array};
  out->pointers = {nullptr, out->ends.data()};
  finish(*out, cells.size(), 0);
  out->array.n_children = 1;
  out->array.children = out->children.data();
  return out;
}

void make_array(std::shared_ptr<const Table> table, ArrowArray* out) {
  auto owner = std::make_unique<ArrayOwner>();
  if (table->has_time) owner->columns.push_back(time_buffers(*table));
  for (size_t i = 0; i < table->cells.size(); ++i) {
    bool list = static_cast<int>(i) == table->list_column;
    owner->columns.push_back(list ? list_buffers(table->cells[i])
                             : is_mixed(*table, i)
                                 ? mixed_buffers(table->cells[i])
                                 : cell_buffers(table->cells[i], column_type(*table, i)));
  }
  for (auto& column : owner->columns) owner->children.push_back(&column->array);
  int64_t rows = static_cast<int64_t>(table->rows());
  owner->table = std::move(table);
  *out = {rows,
          0,
          0,
          1,
          static_cast<int64_t>(owner->children.size()),
          owner->no_buffer,
          owner->children.data(),
          nullptr,
          nullptr,
          nullptr};
  out->private_data = owner.release();
  out->release = [](ArrowArray* array) {
    auto* held = static_cast<ArrayOwner*>(array->private_data);
    for (ArrowArray* child : held->children) {
      if (child->release) child->release(child);
    }
    delete held;
    array->release = nullptr;
  };
}

void release_schema(ArrowSchema* schema) { schema->release = nullptr; }

void add_kinds(SchemaOwner& owner, ArrowSchema& column, const std::vector<DataType>& kinds) {
  auto& pointers = owner.kinds.emplace_back();
  for (DataType type : kinds) {
    const char* name = type == DataType::string    ? "text"
                       : type == DataType::boolean ? "boolean"
                                                   : "number";
    owner.kind_items.push_back({format_of(type), name, nullptr, ARROW_FLAG_NULLABLE, 0, nullptr,
                                nullptr, release_schema, nullptr});
    pointers.push_back(&owner.kind_items.back());
  }
  column.n_children = static_cast<int64_t>(pointers.size());
  column.children = pointers.data();
}

void make_schema(const Table& table, ArrowSchema* out) {
  auto owner = std::make_unique<SchemaOwner>();
  owner->names = table.columns;
  if (table.has_time) owner->formats.push_back("tsn:" + table.time_zone);
  for (size_t i = 0; i < table.cells.size(); ++i) {
    bool list = static_cast<int>(i) == table.list_column;
    owner->formats.push_back(list                 ? "+l"
                             : is_mixed(table, i) ? "+s"
                                                  : format_of(column_type(table, i)));
  }
  owner->items.resize(owner->formats.size());
  for (size_t i = 0; i < owner->items.size(); ++i) {
    owner->items[i] = {owner->formats[i].c_str(),
                       owner->names[i].c_str(),
                       nullptr,
                       ARROW_FLAG_NULLABLE,
                       0,
                       nullptr,
                       nullptr,
                       release_schema,
                       nullptr};
    owner->children.push_back(&owner->items[i]);
    if (owner->formats[i] == "+s") {
      const size_t first = table.has_time ? 1 : 0;
      add_kinds(*owner, owner->items[i], kinds_of(table.cells[i - first]));
    }
    if (owner->formats[i] != "+l") continue;
    owner->item.release = release_schema;
    owner->items[i].n_children = 1;
    owner->items[i].children = &owner->item_pointer;
  }
  *out = {"+s",
          "",
          nullptr,
          0,
          static_cast<int64_t>(owner->items.size()),
          owner->children.data(),
          nullptr,
          nullptr,
          nullptr};
  out->private_data = owner.release();
  out->release = [](ArrowSchema* schema) {
    delete static_cast<SchemaOwner*>(schema->private_data);
    schema->release = nullptr;
  };
}

}  // namespace

ArrowArrayStream stream_of(std::shared_ptr<const Table> table) {
  ArrowArrayStream out{};
  out.private_data = new StreamState{std::move(table)};
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    make_schema(*state<StreamState>(self->private_data).table, schema);
    return 0;
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
    auto& s = state<StreamState>(self->private_data);
    *array = {};
    if (!s.done && s.table->rows() > 0) make_array(s.table, array);
    s.done = true;
    return 0;
  };
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = [](ArrowArrayStream* self) {
    delete static_cast<StreamState*>(self->private_data);
    self->release = nullptr;
  };
  return out;
}

}  // namespace tickwork::query
