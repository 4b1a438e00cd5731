// SPDX-License-Identifier: MIT
// Arrow arrays that are made at once: a struct array whose columns lie in one block of memory, and
// the schema of many such arrays.
// Layout: https://arrow.apache.org/docs/format/Columnar.html, handed over by the C data interface
// (https://arrow.apache.org/docs/format/CDataInterface.html).
#pragma once

#include <tickwork/arrow.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::arrow {

/// What a column needs. format: the first letter of tw_rows.array's formats, 't' time, 'g' float,
/// 'l' integer, 'L' unsigned, 'b' boolean, 'u' string; text_bytes: of all strings together.
struct ColumnShape {
  char format;
  size_t text_bytes = 0;
};

/// Memory for many small blocks, asked for in large pieces. A piece is given back when all of its
/// blocks were released, which may be on other threads and after the pool is gone. The pool itself
/// is for one thread at a time.
class BlockPool {
 public:
  BlockPool() = default;
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

 private:
  friend class StructBlock;
  struct Piece;
  char* take(size_t bytes, Piece*& from);  // zeroed; from: to be let go, null: to be freed
  static void let_go(Piece* piece);
  Piece* piece_ = nullptr;
};

/// Rows of columns on their way into an ArrowArray. Every cell is null until it is set. Asks for
/// memory once, however many columns there are. One thread at a time.
class StructBlock {
 public:
  /// Throws std::bad_alloc, and std::length_error for strings beyond 2 GiB.
  StructBlock(size_t rows, std::span<const ColumnShape> columns, BlockPool* pool = nullptr);
  ~StructBlock();
  StructBlock(const StructBlock&) = delete;
  StructBlock& operator=(const StructBlock&) = delete;

  /// The words of a column of times or numbers, one a row, zero at first. To be marked as well.
  uint64_t* words(size_t column);
  /// The cell has a value.
  void mark(size_t column, size_t row) {
    uint8_t& byte = valid(column)[row / 8];
    byte = static_cast<uint8_t>(byte | 1u << (row % 8));
  }
  /// All cells of the column have one.
  void mark_all(size_t column);
  void set_word(size_t column, size_t row, uint64_t word) {
    words(column)[row] = word;
    mark(column, row);
  }
  void set_bool(size_t column, size_t row, bool value) {
    if (value) {
      uint8_t& byte = bits(column)[row / 8];
      byte = static_cast<uint8_t>(byte | 1u << (row % 8));
    }
    mark(column, row);
  }

  /// Fills a column of strings, row after row; all rows must be added before the block is given.
  class Texts {
   public:
    void add(std::string_view text) {
      if (!text.empty()) std::memcpy(bytes_ + *end_, text.data(), text.size());
      block_->mark(column_, row_++);
      end_[1] = *end_ + static_cast<int32_t>(text.size());
      ++end_;
    }
    void add_null() {
      end_[1] = *end_;
      ++end_;
      ++row_;
    }

   private:
    friend class StructBlock;
    StructBlock* block_ = nullptr;
    size_t column_ = 0, row_ = 0;
    int32_t* end_ = nullptr;
    char* bytes_ = nullptr;
  };
  /// For the one who fills it; what is added may not be longer than text_bytes together.
  Texts texts(size_t column);

  /// Hands everything over; the receiver releases it. Columns may be moved out of the array and be
  /// released on their own. The block is empty then.
  void give(ArrowArray* out);

 private:
  struct Head;
  uint8_t* valid(size_t column);
  uint8_t* bits(size_t column);
  static void release_column(ArrowArray* column);
  static void release_all(ArrowArray* array);
  static void let_go(Head* head, uint32_t holders);
  static void destroy(Head* head);

  Head* head_ = nullptr;
  ArrowArray* columns_ = nullptr;  // in the block
};

/// The schema of struct arrays, to be handed over as often as there are streams of them.
class StructSchema {
 public:
  struct Column {
    std::string name, format;
    bool nullable = true;
  };
  explicit StructSchema(std::vector<Column> columns)
      : columns_{std::make_shared<const std::vector<Column>>(std::move(columns))} {}

  /// The receiver releases it; it may outlive this object. Any thread.
  void give(ArrowSchema* out) const;

 private:
  struct Head;
  static void release_column(ArrowSchema* column);
  static void release_all(ArrowSchema* schema);
  static void let_go(Head* head, uint32_t holders);

  std::shared_ptr<const std::vector<Column>> columns_;
};

}  // namespace tickwork::arrow
