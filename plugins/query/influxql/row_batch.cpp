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

// Text of a row, by `find`: null or what Spool keeps.
template <class Find>
void fill_texts(BatchColumn& c, std::span<const Spool::Ref> rows, Find find) {
  int64_t nulls = 0;
  c.valid.resize(rows.size() / 8 + 1);
  c.ends.reserve(rows.size() + 1);
  c.ends.push_back(0);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (const char* kept = find(rows[i])) {
      c.text += Spool::text(kept);
      mark(c.valid, i);
    } else {
      ++nulls;
    }
    c.ends.push_back(static_cast<int32_t>(c.text.size()));
  }
  c.buffers[1] = c.ends.data();
  c.buffers[2] = c.text.data();
  complete(c, rows.size(), nulls, 3);
}

// Numbers, or booleans as bits. Not a number is null in an answer.
void fill_words(BatchColumn& c, const Spool& spool, std::span<const Spool::Ref> rows,
                size_t column) {
  const DataType type = spool.types()[column];
  const bool real = type == DataType::float_, boolean = type == DataType::boolean;
  int64_t nulls = 0;
  c.valid.resize(rows.size() / 8 + 1);
  if (boolean) c.bits.resize(rows.size() / 8 + 1);
  c.words.reserve(boolean ? 0 : rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint64_t* word = spool.word(rows[i], column);
    const bool null = !word || (real && !std::isfinite(std::bit_cast<double>(*word)));
    nulls += null;
    if (!null) mark(c.valid, i);
    if (!boolean) {
      c.words.push_back(null ? 0 : *word);
    } else if (!null && *word != 0) {
      mark(c.bits, i);
    }
  }
  c.buffers[1] = boolean ? static_cast<const void*>(c.bits.data()) : c.words.data();
  complete(c, rows.size(), nulls, 2);
}

std::unique_ptr<BatchColumn> spooled_column(const Spool& spool, std::span<const Spool::Ref> rows,
                                            size_t column) {
  auto out = std::make_unique<BatchColumn>();
  const DataType type = spool.types()[column];
  if (type == DataType::tag) {
    fill_texts(*out, rows, [&](const Spool::Ref& ref) { return spool.tag(ref, column); });
  } else if (type == DataType::string) {
    fill_texts(*out, rows, [&](const Spool::Ref& ref) -> const char* {
      const uint64_t* word = spool.word(ref, column);
      return word ? reinterpret_cast<const char*>(*word) : nullptr;
    });
  } else {
    fill_words(*out, spool, rows, column);
  }
  return out;
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
  auto batch = std::make_unique<Batch>();
  batch->columns.push_back(spooled_times(spool, rows));
  for (const size_t column : outputs) batch->columns.push_back(spooled_column(spool, rows, column));
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
