// SPDX-License-Identifier: MIT
#include "arrow.hpp"

#include <atomic>
#include <bit>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>

namespace tickwork::arrow {

namespace {

constexpr size_t alignment = 8;

size_t aligned(size_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }
size_t bitmap_bytes(size_t rows) { return aligned(rows / 8 + 1); }
size_t ends_bytes(size_t rows) { return aligned((rows + 1) * sizeof(int32_t)); }

size_t value_bytes(const ColumnShape& shape, size_t rows) {
  if (shape.format == 'b') return bitmap_bytes(rows);
  if (shape.format == 'u') return ends_bytes(rows) + aligned(shape.text_bytes);
  return rows * sizeof(uint64_t);
}

// How many of the first bits are clear.
int64_t count_clear(const uint8_t* bits, size_t n) {
  int64_t set = 0;
  for (size_t i = 0; i < n / 8; ++i) set += std::popcount(bits[i]);
  if (n % 8 != 0) set += std::popcount(static_cast<uint8_t>(bits[n / 8] & ((1u << (n % 8)) - 1)));
  return static_cast<int64_t>(n) - set;
}

// Releases the whole with the columns that were not moved away; how many that was.
template <class T>
uint32_t release_rest(T* whole) {
  uint32_t released = 1;
  for (int64_t i = 0; i < whole->n_children; ++i) {
    if (!whole->children[i]->release) continue;
    whole->children[i]->release = nullptr;
    ++released;
  }
  whole->release = nullptr;
  return released;
}

}  // namespace

// ---- memory ----

// In front of the memory. Held by the pool while it is the latest, and by each block in it.
struct BlockPool::Piece {
  std::atomic<uint32_t> holders;
  size_t used;
};

namespace {

constexpr size_t piece_bytes = 64 << 10;
constexpr size_t most_shared = piece_bytes / 8;  // of a block that shares a piece

}  // namespace

BlockPool::~BlockPool() {
  if (piece_) let_go(piece_);
}

void BlockPool::let_go(Piece* piece) {
  if (piece->holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  piece->~Piece();
  std::free(piece);
}

char* BlockPool::take(size_t bytes, Piece*& from) {
  bytes = aligned(bytes);
  if (bytes > most_shared) return static_cast<char*>(std::calloc(1, bytes));
  if (!piece_ || piece_->used + bytes > piece_bytes) {
    void* memory = std::calloc(1, piece_bytes);
    if (!memory) return nullptr;
    if (piece_) let_go(piece_);
    piece_ = new (memory) Piece{{1}, sizeof(Piece)};
  }
  char* out = reinterpret_cast<char*>(piece_) + piece_->used;
  piece_->used += bytes;
  piece_->holders.fetch_add(1, std::memory_order_relaxed);
  from = piece_;
  return out;
}

// ---- arrays ----

// In front of the block. What follows: columns, pointers to them, buffers (three a column and the
// struct's own), bitmaps and values of each column.
struct StructBlock::Head {
  size_t rows, n_columns;
  BlockPool::Piece* piece;  // that it lies in; null: it is on its own
  std::atomic<uint32_t> holders;
  ArrowArray* columns() { return reinterpret_cast<ArrowArray*>(this + 1); }
  ArrowArray** pointers() { return reinterpret_cast<ArrowArray**>(columns() + n_columns); }
  const void** buffers() {
    return static_cast<const void**>(static_cast<void*>(pointers() + n_columns));
  }
  char* values() { return reinterpret_cast<char*>(buffers() + 3 * n_columns + 1); }
};

StructBlock::StructBlock(size_t rows, std::span<const ColumnShape> shapes, BlockPool* pool) {
  size_t bytes = sizeof(Head) + sizeof(void*);
  for (const ColumnShape& shape : shapes) {
    if (shape.text_bytes > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
      throw std::length_error("a column of strings is longer than 2 GiB");
    }
    bytes += sizeof(ArrowArray) + sizeof(ArrowArray*) + 3 * sizeof(void*) + bitmap_bytes(rows) +
             value_bytes(shape, rows);
  }
  BlockPool::Piece* piece = nullptr;
  void* block = pool ? pool->take(bytes, piece) : std::calloc(1, bytes);
  if (!block) throw std::bad_alloc();
  head_ = new (block) Head{rows, shapes.size(), piece, {0}};
  columns_ = head_->columns();
  char* at = head_->values();
  for (size_t i = 0; i < shapes.size(); ++i) {
    const void** buffers = head_->buffers() + 3 * i;
    buffers[0] = at;
    at += bitmap_bytes(rows);
    buffers[1] = at;
    if (shapes[i].format == 'u') buffers[2] = at + ends_bytes(rows);
    at += value_bytes(shapes[i], rows);
    ArrowArray& column = columns_[i];
    column.length = static_cast<int64_t>(rows);
    column.n_buffers = shapes[i].format == 'u' ? 3 : 2;
    column.buffers = buffers;
    head_->pointers()[i] = &column;
  }
}

StructBlock::~StructBlock() {
  if (head_) destroy(head_);
}

void StructBlock::destroy(Head* head) {
  BlockPool::Piece* piece = head->piece;
  head->~Head();
  if (piece) {
    BlockPool::let_go(piece);
  } else {
    std::free(head);
  }
}

// The block is this object's alone until it is given.
uint8_t* StructBlock::valid(size_t column) {
  return static_cast<uint8_t*>(const_cast<void*>(columns_[column].buffers[0]));
}
uint8_t* StructBlock::bits(size_t column) {
  return static_cast<uint8_t*>(const_cast<void*>(columns_[column].buffers[1]));
}
uint64_t* StructBlock::words(size_t column) {
  return static_cast<uint64_t*>(const_cast<void*>(columns_[column].buffers[1]));
}

void StructBlock::mark_all(size_t column) {
  std::memset(valid(column), 0xff, bitmap_bytes(head_->rows));
}

StructBlock::Texts StructBlock::texts(size_t column) {
  Texts out;
  out.block_ = this;
  out.column_ = column;
  out.end_ = static_cast<int32_t*>(const_cast<void*>(columns_[column].buffers[1]));
  out.bytes_ = static_cast<char*>(const_cast<void*>(columns_[column].buffers[2]));
  return out;
}

void StructBlock::give(ArrowArray* out) {
  const size_t rows = head_->rows, n = head_->n_columns;
  for (size_t i = 0; i < n; ++i) {
    ArrowArray& column = columns_[i];
    column.null_count = count_clear(valid(i), rows);
    if (column.null_count == 0) column.buffers[0] = nullptr;
    column.release = release_column;
    column.private_data = head_;
  }
  head_->holders = static_cast<uint32_t>(n) + 1;
  *out = {static_cast<int64_t>(rows),
          0,
          0,
          1,
          static_cast<int64_t>(n),
          head_->buffers() + 3 * n,
          head_->pointers(),
          nullptr,
          release_all,
          head_};
  head_ = nullptr;
}

void StructBlock::let_go(Head* head, uint32_t holders) {
  if (head->holders.fetch_sub(holders, std::memory_order_acq_rel) == holders) destroy(head);
}

void StructBlock::release_column(ArrowArray* column) {
  auto* head = static_cast<Head*>(column->private_data);
  column->release = nullptr;
  let_go(head, 1);
}

void StructBlock::release_all(ArrowArray* array) {
  auto* head = static_cast<Head*>(array->private_data);
  let_go(head, release_rest(array));
}

// ---- schemas ----

struct StructSchema::Head {
  std::shared_ptr<const std::vector<Column>> columns;  // whose texts the schema shows
  std::atomic<uint32_t> holders;
  ArrowSchema* children() { return reinterpret_cast<ArrowSchema*>(this + 1); }
  ArrowSchema** pointers() { return reinterpret_cast<ArrowSchema**>(children() + columns->size()); }
};

void StructSchema::give(ArrowSchema* out) const {
  const size_t n = columns_->size();
  void* block = std::malloc(sizeof(Head) + n * (sizeof(ArrowSchema) + sizeof(ArrowSchema*)));
  if (!block) throw std::bad_alloc();
  auto* head = new (block) Head{columns_, {static_cast<uint32_t>(n) + 1}};
  for (size_t i = 0; i < n; ++i) {
    const Column& column = (*columns_)[i];
    head->children()[i] = {column.format.c_str(),
                           column.name.c_str(),
                           nullptr,
                           column.nullable ? ARROW_FLAG_NULLABLE : 0,
                           0,
                           nullptr,
                           nullptr,
                           release_column,
                           head};
    head->pointers()[i] = &head->children()[i];
  }
  *out = {"+s",    "",          nullptr, 0, static_cast<int64_t>(n), head->pointers(),
          nullptr, release_all, head};
}

void StructSchema::let_go(Head* head, uint32_t holders) {
  if (head->holders.fetch_sub(holders, std::memory_order_acq_rel) != holders) return;
  head->~Head();
  std::free(head);
}

void StructSchema::release_column(ArrowSchema* column) {
  auto* head = static_cast<Head*>(column->private_data);
  column->release = nullptr;
  let_go(head, 1);
}

void StructSchema::release_all(ArrowSchema* schema) {
  auto* head = static_cast<Head*>(schema->private_data);
  let_go(head, release_rest(schema));
}

}  // namespace tickwork::arrow
