// SPDX-License-Identifier: MIT
// Answers in columns: Columns is a table filled row by row that becomes Arrow arrays, for the rows
// of a scan, the lists of a storage and the results of a query.
//
//   tickwork::Columns table{{"name", "u"}, {"size", "l"}};
//   table.row("a", 5).row("b", 7);
//   table.stream(out);
//
// Formats are those of tw_rows.array: "tsn:" time, "g" float, "l" integer, "L" unsigned, "b"
// boolean, "u" string. For one thread at a time; what it handed out belongs to the receiver alone.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../arrow.h"
#include "../metric.h"
#include "error.hpp"
#include "point.hpp"

namespace tickwork {

// The Arrow format of values of a type, TW_FLOAT to TW_STRING.
constexpr const char* arrow_format(uint32_t type) {
  constexpr std::array formats{"n", "g", "l", "L", "b", "u"};
  return formats[type < formats.size() ? type : 0];
}

struct Column {
  std::string name;
  const char* format;  // lives as long as the program
};

namespace detail {

// The cells of one column, as Arrow lays them out.
class Cells {
 public:
  explicit Cells(char format) : format_{format} { words_.reserve(1); }

  void add_null(size_t row) {
    if (row % 8 == 0) valid_.push_back(0);
    if (format_ == 'u')
      ends_.push_back(ends_.back());
    else if (format_ == 'b')
      bits_.resize(valid_.size());
    else
      words_.push_back(0);
    ++nulls_;
  }

  void set(size_t row, const tw_value& v) {
    const auto bit = static_cast<uint8_t>(1u << (row % 8));
    nulls_ -= (valid_[row / 8] & bit) == 0;
    valid_[row / 8] |= bit;
    if (format_ == 'u')
      set_text(row, text(v));
    else if (format_ == 'b')
      bits_[row / 8] = static_cast<uint8_t>((bits_[row / 8] & ~bit) | (v.as.b ? bit : 0));
    else
      std::memcpy(&words_[row], &v.as, sizeof words_[row]);
  }

  // type: of a value for this column.
  uint32_t type() const {
    switch (format_) {
      case 'g':
        return TW_FLOAT;
      case 'L':
        return TW_UINT;
      case 'b':
        return TW_BOOL;
      case 'u':
        return TW_STRING;
      default:
        return TW_INT;
    }
  }

  int64_t nulls() const { return nulls_; }
  int64_t n_buffers() const { return format_ == 'u' ? 3 : 2; }
  // Valid until the cells change or go.
  const void** buffers() {
    buffers_[0] = nulls_ ? valid_.data() : nullptr;
    buffers_[1] = format_ == 'u'   ? static_cast<const void*>(ends_.data())
                  : format_ == 'b' ? static_cast<const void*>(bits_.data())
                                   : static_cast<const void*>(words_.data());
    buffers_[2] = bytes_.data();
    return buffers_.data();
  }

 private:
  void set_text(size_t row, std::string_view v) {
    bytes_.resize(static_cast<size_t>(ends_[row]));
    if (v.size() > static_cast<size_t>(std::numeric_limits<int32_t>::max()) - bytes_.size())
      throw Error{TW_E_NOMEM, "a column of strings is longer than 2 GiB"};
    bytes_ += v;
    ends_[row + 1] = static_cast<int32_t>(bytes_.size());
  }

  char format_;
  int64_t nulls_ = 0;
  std::vector<uint64_t> words_;
  std::vector<uint8_t> bits_, valid_;
  std::vector<int32_t> ends_{0};
  std::string bytes_;
  std::array<const void*, 3> buffers_{};
};

// What an exported schema or array lives from: shared by the whole and its children, which the
// receiver may move away and release on their own.
template <class T>
struct Exported {
  std::vector<Column> columns;
  std::vector<Cells> cells;
  std::vector<T> children;
  std::vector<T*> pointers;
  const void* no_validity = nullptr;
};

template <class T>
void release_exported(T* object) {
  for (int64_t i = 0; i < object->n_children; ++i)
    if (T* child = object->children[i]; child->release) child->release(child);
  delete static_cast<std::shared_ptr<Exported<T>>*>(object->private_data);
  object->release = nullptr;
}

template <class T>
void own(T& object, const std::shared_ptr<Exported<T>>& by) {
  object.private_data = new std::shared_ptr<Exported<T>>{by};
  object.release = release_exported<T>;
}

// Makes the struct of n children, which are still empty.
template <class T>
void own_children(T& object, const std::shared_ptr<Exported<T>>& by, size_t n) {
  by->children.resize(n);
  for (T& child : by->children) by->pointers.push_back(&child);
  object.n_children = static_cast<int64_t>(n);
  object.children = by->pointers.data();
  own(object, by);
}

}  // namespace detail

class Columns {
 public:
  Columns(std::initializer_list<Column> columns) : Columns{std::vector<Column>{columns}} {}
  explicit Columns(std::vector<Column> columns) : columns_{std::move(columns)} { clear(); }

  // A row with as many cells as there are columns; a cell is what tickwork::value takes, of the
  // column's type. Throws Error if it is not.
  template <class... T>
  Columns& row(const T&... cells) {
    if (sizeof...(cells) != columns_.size())
      throw Error{TW_E_INTERNAL, "a row with another number of cells than the table has columns"};
    add();
    size_t i = 0;
    (set(i++, value(cells)), ...);
    return *this;
  }

  // A row of nulls, and a cell of the last row.
  void add() {
    for (detail::Cells& cells : cells_) cells.add_null(rows_);
    ++rows_;
  }
  void set(size_t column, const tw_value& v) {
    if (cells_.at(column).type() != v.type)
      throw Error{TW_E_INTERNAL, "column \"" + columns_[column].name + "\" has another type"};
    cells_[column].set(rows_ - 1, v);
  }

  size_t rows() const { return rows_; }
  const std::vector<Column>& columns() const { return columns_; }

  // The caller of all of these releases what they fill.
  void schema(ArrowSchema* out) const {
    const auto all = std::make_shared<detail::Exported<ArrowSchema>>();
    all->columns = columns_;
    *out = ArrowSchema{};
    out->format = "+s";
    out->name = "";
    detail::own_children(*out, all, columns_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      ArrowSchema& child = all->children[i];
      child.format = columns_[i].format;
      child.name = all->columns[i].name.c_str();
      child.flags = *child.format == 't' ? 0 : ARROW_FLAG_NULLABLE;
      detail::own(child, all);
    }
  }

  // The rows so far; the table then has none.
  void array(ArrowArray* out) {
    const auto all = std::make_shared<detail::Exported<ArrowArray>>();
    all->cells = std::move(cells_);
    *out = ArrowArray{};
    out->length = static_cast<int64_t>(rows_);
    out->n_buffers = 1;
    out->buffers = &all->no_validity;
    detail::own_children(*out, all, columns_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      ArrowArray& child = all->children[i];
      child.length = out->length;
      child.null_count = all->cells[i].nulls();
      child.n_buffers = all->cells[i].n_buffers();
      child.buffers = all->cells[i].buffers();
      detail::own(child, all);
    }
    clear();
  }

  // A stream of one array with the rows so far; the table then has none.
  void stream(ArrowArrayStream* out) {
    auto* table = new Columns{std::move(*this)};
    clear();
    *out = {[](ArrowArrayStream* s, ArrowSchema* schema) { return of(s).schema(schema), 0; },
            [](ArrowArrayStream* s, ArrowArray* array) {
              if (of(s).given_)
                *array = ArrowArray{};
              else
                of(s).array(array);
              of(s).given_ = true;
              return 0;
            },
            [](ArrowArrayStream*) -> const char* { return nullptr; },
            [](ArrowArrayStream* s) {
              delete &of(s);
              s->release = nullptr;
            },
            table};
  }

 private:
  static Columns& of(ArrowArrayStream* s) { return *static_cast<Columns*>(s->private_data); }

  void clear() {
    rows_ = 0;
    cells_.clear();
    for (const Column& column : columns_) cells_.emplace_back(*column.format);
  }

  std::vector<Column> columns_;
  std::vector<detail::Cells> cells_;
  size_t rows_ = 0;
  bool given_ = false;  // a stream's only array
};

}  // namespace tickwork
