// SPDX-License-Identifier: MIT
// The memory table of one generation: a byte stream of delta rows a shard and series, in an arena.
// One writer at a time (the store's write lock); a view that was taken under that lock is read
// without it, because bytes once written stay where they are until the table goes.
#pragma once

#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "block.hpp"
#include "row_stream.hpp"

namespace tickwork::lmdb {

using ShardId = uint64_t;
class Shard;
class ShardTable;

class Arena {
 public:
  void* take(size_t bytes);  // aligned to 8
  size_t bytes() const { return bytes_; }

 private:
  std::vector<std::unique_ptr<char[]>> slabs_;
  char* at_ = nullptr;
  size_t left_ = 0, bytes_ = 0;
};

struct Chunk {
  Chunk* next;
  uint32_t capacity, used;
  char* data() { return reinterpret_cast<char*>(this + 1); }
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }
};

// What a stream held at one moment.
struct StreamView {
  const Chunk* head = nullptr;
  const Chunk* tail = nullptr;
  uint32_t tail_used = 0;
};

struct Stream {
  SeriesId series = 0;
  ShardTable* shard = nullptr;
  RowState state;
  uint32_t number = 0;  // within its table
  uint32_t room = 0;    // words at state.values
  Chunk* head = nullptr;
  Chunk* tail = nullptr;

  StreamView view() const { return {head, tail, tail ? tail->used : 0}; }
};

class ShardTable {
 public:
  explicit ShardTable(std::shared_ptr<Shard> shard) : shard_(std::move(shard)) {}

  const std::shared_ptr<Shard>& shard() const { return shard_; }
  // By any thread once the table is sealed, until then under the store's write lock.
  Stream* find(SeriesId series) const;
  const std::vector<Stream*>& streams() const { return streams_; }  // as they were opened
  const std::vector<const Shape*>& shapes() const { return by_number_; }

  // The known shape of the measurement with these fields and types in this order, or null.
  const Shape* find_shape(std::string_view measurement, const tw_field* fields, size_t n);
  const Shape* add_shape(std::string_view measurement, std::vector<Shape::Field> fields);
  const Shape* restore_shape(uint64_t number, std::vector<Shape::Field> fields);

 private:
  friend class Table;
  struct Known {
    std::string measurement;
    std::vector<const Shape*> shapes;
  };
  Known& known(std::string_view measurement);
  std::shared_ptr<Shard> shard_;
  std::vector<Stream*> streams_;
  // Most streams are written and flushed without anybody asking for them.
  mutable std::mutex index_mutex_;
  mutable std::atomic<size_t> indexed_ = 0;
  mutable boost::unordered_flat_map<SeriesId, Stream*> index_;
  std::deque<Shape> shapes_;
  std::vector<const Shape*> by_number_;
  std::deque<Known> measurements_;
  Known* recent_ = nullptr;
};

bool fits_shape(const Shape& shape, const tw_field* fields, size_t n);

class Table {
 public:
  explicit Table(uint64_t generation) : generation_(generation) {}

  uint64_t generation() const { return generation_; }
  size_t bytes() const { return arena_.bytes() + stream_count_ * sizeof(Stream*) * 3 / 2; }
  bool empty() const { return stream_count_ == 0; }
  size_t stream_count() const { return stream_count_; }

  ShardTable* find(ShardId shard) const;
  ShardTable& shard(const std::shared_ptr<Shard>& shard);
  const auto& shards() const { return shards_; }

  Stream* add_stream(ShardTable& shard, SeriesId series);
  void reserve_values(Stream& stream, size_t n);  // room for the state of n fields
  void append(Stream& stream, std::string_view row);

 private:
  uint64_t generation_;
  Arena arena_;
  size_t stream_count_ = 0;
  boost::unordered_flat_map<ShardId, std::unique_ptr<ShardTable>> shards_;
};

// Decodes what a view holds. wanted: the columns to fill, with their types; null: all fields.
// The result is sorted and has one row a time; texts point into the table.
struct WantedField {
  FieldId field;
  uint32_t type;
};
Columns read_stream(const StreamView& view, const std::vector<const Shape*>& shapes,
                    const std::vector<WantedField>* wanted);

// Decodes all fields of streams, one after the other, into the same vectors.
class StreamReader {
 public:
  explicit StreamReader(const std::vector<const Shape*>& shapes) : decoder_(shapes, rows_, true) {}
  const Columns& read(const StreamView& view);

 private:
  Columns rows_;
  RowDecoder decoder_;
};

}  // namespace tickwork::lmdb
