// SPDX-License-Identifier: MIT
#include "row_batch.hpp"

#include <bit>
#include <cmath>

namespace tickwork::query {

namespace {

struct BatchColumn {
  std::vector<uint64_t> words;
  std::vector<uint8_t> bits, valid;
  std::vector<int32_t> ends;
  std::string text;
  int64_t nulls = 0;
  const void* buffers[3] = {nullptr, nullptr, nullptr};
  ArrowArray array{};
};

struct Batch {
  std::vector<std::unique_ptr<BatchColumn>> columns;
  std::vector<ArrowArray*> children;
  const void* no_buffer[1] = {nullptr};
};

void mark(std::vector<uint8_t>& bits, size_t i) {
  bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | (1u << (i % 8)));
}

void keep_nested(ArrowArray* array) { array->release = nullptr; }

void complete(BatchColumn& c, size_t rows, int64_t nulls, int64_t buffers) {
  c.buffers[0] = nulls > 0 ? c.valid.data() : nullptr;
  c.array = {static_cast<int64_t>(rows),
             nulls,
             0,
             buffers,
             0,
             c.buffers,
             nullptr,
             nullptr,
             keep_nested,
             nullptr};
}

std::unique_ptr<BatchColumn> spooled_times(const Spool& spool, std::span<const Spool::Ref> rows) {
  auto out = std::make_unique<BatchColumn>();
  out->words.reserve(rows.size());
  for (const Spool::Ref& ref : rows) out->words.push_back(static_cast<uint64_t>(spool.time(ref)));
  out->buffers[1] = out->words.data();
  complete(*out, rows.size(), 0, 2);
  return out;
}

using Records = std::vector<const uint64_t*>;

void begin_texts(BatchColumn& c, size_t rows) {
  c.valid.resize(rows / 8 + 1);
  c.ends.reserve(rows + 1);
  c.ends.push_back(0);
}

// The text of the next row: null, or what Spool keeps.
void add_text(BatchColumn& c, const char* kept) {
  if (kept) {
    c.text += Spool::text(kept);
    mark(c.valid, c.ends.size() - 1);
  } else {
    ++c.nulls;
  }
  c.ends.push_back(static_cast<int32_t>(c.text.size()));
}

void end_texts(BatchColumn& c, size_t rows) {
  c.buffers[1] = c.ends.data();
  c.buffers[2] = c.text.data();
  complete(c, rows, c.nulls, 3);
}

void fill_texts(BatchColumn& c, const Spool& spool, const Records& records, size_t column) {
  begin_texts(c, records.size());
  for (const uint64_t* record : records) {
    const uint64_t* word = spool.word(record, column);
    add_text(c, word ? reinterpret_cast<const char*>(*word) : nullptr);
  }
  end_texts(c, records.size());
}

// Row by row: the tags of a series lie side by side.
void fill_tags(const std::vector<std::pair<BatchColumn*, size_t>>& columns, const Spool& spool,
               const Records& records) {
  for (auto& [column, slot] : columns) begin_texts(*column, records.size());
  for (const uint64_t* record : records) {
    const char* const* tags = spool.tags(record);
    for (auto& [column, slot] : columns) add_text(*column, tags[slot]);
  }
  for (auto& [column, slot] : columns) end_texts(*column, records.size());
}

// Numbers, or booleans as bits. Not a number is null in an answer.
void fill_words(BatchColumn& c, const Spool& spool, const Records& records, size_t column) {
  const DataType type = spool.types()[column];
  const bool real = type == DataType::float_, boolean = type == DataType::boolean;
  c.valid.resize(records.size() / 8 + 1);
  if (boolean) c.bits.resize(records.size() / 8 + 1);
  c.words.reserve(boolean ? 0 : records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const uint64_t* word = spool.word(records[i], column);
    const bool null = !word || (real && !std::isfinite(std::bit_cast<double>(*word)));
    c.nulls += null;
    if (!null) mark(c.valid, i);
    if (!boolean) {
      c.words.push_back(null ? 0 : *word);
    } else if (!null && *word != 0) {
      mark(c.bits, i);
    }
  }
  c.buffers[1] = boolean ? static_cast<const void*>(c.bits.data()) : c.words.data();
  complete(c, records.size(), c.nulls, 2);
}

void release_batch(ArrowArray* array) {
  auto* held = static_cast<Batch*>(array->private_data);
  for (ArrowArray* child : held->children) {
    if (child->release) child->release(child);
  }
  delete held;
  array->release = nullptr;
}

}  // namespace

void make_batch(const Spool& spool, std::span<const Spool::Ref> rows,
                const std::vector<size_t>& outputs, ArrowArray* out) {
  Records records;
  records.reserve(rows.size());
  for (const Spool::Ref& ref : rows) records.push_back(spool.record(ref));
  auto batch = std::make_unique<Batch>();
  batch->columns.push_back(spooled_times(spool, rows));
  std::vector<std::pair<BatchColumn*, size_t>> tags;
  for (const size_t output : outputs) {
    BatchColumn& column = *batch->columns.emplace_back(std::make_unique<BatchColumn>());
    const DataType type = spool.types()[output];
    if (type == DataType::tag) {
      tags.emplace_back(&column, spool.tag_slot(output));
    } else if (type == DataType::string) {
      fill_texts(column, spool, records, output);
    } else {
      fill_words(column, spool, records, output);
    }
  }
  fill_tags(tags, spool, records);
  for (auto& column : batch->columns) batch->children.push_back(&column->array);
  *out = {static_cast<int64_t>(rows.size()),
          0,
          0,
          1,
          static_cast<int64_t>(batch->children.size()),
          batch->no_buffer,
          batch->children.data(),
          nullptr,
          release_batch,
          nullptr};
  out->private_data = batch.release();
}

}  // namespace tickwork::query
