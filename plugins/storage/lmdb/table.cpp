// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <algorithm>
#include <new>

#include "series_key.hpp"
#include "shard.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t slab_bytes = 256 * 1024;
constexpr uint32_t first_chunk = 24, most_chunk = 4096;

}  // namespace

void* Arena::take(size_t bytes) {
  bytes = (bytes + 7) & ~size_t{7};
  if (bytes > left_) {
    const size_t size = std::max(bytes, slab_bytes);
    slabs_.push_back(std::make_unique_for_overwrite<char[]>(size));
    at_ = slabs_.back().get();
    left_ = size;
    bytes_ += size;
  }
  void* taken = at_;
  at_ += bytes;
  left_ -= bytes;
  return taken;
}

namespace {

// Names are short: two words that overlap cover most of them.
bool same_text(const char* a, const char* b, size_t n) {
  if (n >= 8 && n <= 16) {
    return load_word<uint64_t>(a) == load_word<uint64_t>(b) &&
           load_word<uint64_t>(a + n - 8) == load_word<uint64_t>(b + n - 8);
  }
  return std::memcmp(a, b, n) == 0;
}

}  // namespace

bool fits_shape(const Shape& shape, const tw_field* fields, size_t n) {
  if (shape.fields.size() != n) return false;
  for (size_t i = 0; i < n; ++i) {
    const Shape::Field& known = shape.fields[i];
    if (known.type != fields[i].value.type || known.name.size() != fields[i].key.len) return false;
    if (!same_text(known.name.data(), fields[i].key.data, known.name.size())) return false;
  }
  return true;
}

ShardTable::Known& ShardTable::known(std::string_view measurement) {
  if (recent_ && recent_->measurement == measurement) return *recent_;
  for (Known& known : measurements_) {
    if (known.measurement == measurement) return *(recent_ = &known);
  }
  measurements_.push_back({std::string(measurement), {}});
  return *(recent_ = &measurements_.back());
}

const Shape* ShardTable::find_shape(std::string_view measurement, const tw_field* fields,
                                    size_t n) {
  for (const Shape* shape : known(measurement).shapes) {
    if (fits_shape(*shape, fields, n)) return shape;
  }
  return nullptr;
}

const Shape* ShardTable::add_shape(std::string_view measurement, std::vector<Shape::Field> fields) {
  shapes_.push_back({static_cast<uint32_t>(by_number_.size()), std::move(fields)});
  by_number_.push_back(&shapes_.back());
  known(measurement).shapes.push_back(by_number_.back());
  return by_number_.back();
}

const Shape* ShardTable::restore_shape(uint64_t number, std::vector<Shape::Field> fields) {
  if (number != by_number_.size()) return nullptr;
  shapes_.push_back({static_cast<uint32_t>(number), std::move(fields)});
  by_number_.push_back(&shapes_.back());
  return by_number_.back();
}

ShardTable* Table::find(ShardId shard) const {
  const auto it = shards_.find(shard);
  return it == shards_.end() ? nullptr : it->second.get();
}

ShardTable& Table::shard(const std::shared_ptr<Shard>& shard) {
  auto& slot = shards_[shard->info().id];
  if (!slot) slot = std::make_unique<ShardTable>(shard);
  return *slot;
}

// Beside its values and rows, which it mostly is used with.
Stream* Table::add_stream(ShardTable& shard, SeriesId series) {
  auto* stream = new (arena_.take(sizeof(Stream))) Stream;
  stream->series = series;
  stream->shard = &shard;
  stream->number = static_cast<uint32_t>(stream_count_++);
  shard.streams_.push_back(stream);
  return stream;
}

Stream* ShardTable::find(SeriesId series) const {
  if (indexed_.load(std::memory_order_acquire) != streams_.size()) {
    const std::lock_guard lock(index_mutex_);
    for (size_t i = indexed_; i < streams_.size(); ++i) index_[streams_[i]->series] = streams_[i];
    indexed_.store(streams_.size(), std::memory_order_release);
  }
  const auto it = index_.find(series);
  return it == index_.end() ? nullptr : it->second;
}

void Table::reserve_values(Stream& stream, size_t n) {
  if (n <= stream.room) return;
  stream.state.values = static_cast<uint64_t*>(arena_.take(n * sizeof(uint64_t)));
  stream.room = static_cast<uint32_t>(n);
  stream.state.shape = nullptr;
}

void Table::append(Stream& stream, std::string_view row) {
  Chunk* tail = stream.tail;
  if (!tail || tail->capacity - tail->used < row.size()) {
    const uint32_t grown = tail ? std::min(most_chunk, tail->capacity * 2) : first_chunk;
    const auto capacity = std::max(grown, static_cast<uint32_t>(row.size()));
    tail = new (arena_.take(sizeof(Chunk) + capacity)) Chunk{nullptr, capacity, 0};
    (stream.tail ? stream.tail->next : stream.head) = tail;
    stream.tail = tail;
  }
  std::memcpy(tail->data() + tail->used, row.data(), row.size());
  tail->used += static_cast<uint32_t>(row.size());
}

namespace {

void decode_view(const StreamView& view, RowDecoder& decoder, Columns& out) {
  for (const Chunk* chunk = view.head; chunk;) {
    const bool last = chunk == view.tail;
    decoder.decode({chunk->data(), last ? view.tail_used : chunk->used});
    chunk = last ? nullptr : chunk->next;
  }
  out.finish();
  sort_rows(out);
}

}  // namespace

Columns read_stream(const StreamView& view, const std::vector<const Shape*>& shapes,
                    const std::vector<WantedField>* wanted) {
  Columns out;
  if (wanted) {
    for (const WantedField& w : *wanted) {
      out.columns.emplace_back();
      out.columns.back().field = w.field;
      out.columns.back().type = w.type;
    }
  }
  RowDecoder decoder(shapes, out, wanted == nullptr);
  decode_view(view, decoder, out);
  return out;
}

const Columns& StreamReader::read(const StreamView& view) {
  decoder_.restart();
  decode_view(view, decoder_, rows_);
  return rows_;
}

}  // namespace tickwork::lmdb
