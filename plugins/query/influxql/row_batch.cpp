// SPDX-License-Identifier: MIT
#include "row_batch.hpp"

#include <bit>
#include <cmath>

#include "arrow_io.hpp"

namespace tickwork::query {

namespace {

using Records = std::vector<const uint64_t*>;

bool is_text(DataType type) { return type == DataType::tag || type == DataType::string; }

// The texts of a column, as Spool keeps them: null, or one a row.
template <class Visit>
void visit_texts(const Spool& spool, const Records& records, size_t column, Visit visit) {
  if (spool.types()[column] == DataType::tag) {
    const size_t slot = spool.tag_slot(column);
    for (const uint64_t* record : records) visit(spool.tags(record)[slot]);
    return;
  }
  for (const uint64_t* record : records) {
    const uint64_t* word = spool.word(record, column);
    visit(word ? reinterpret_cast<const char*>(*word) : nullptr);
  }
}

size_t text_bytes(const Spool& spool, const Records& records, size_t column) {
  size_t bytes = 0;
  visit_texts(spool, records, column, [&](const char* kept) {
    if (kept) bytes += Spool::text(kept).size();
  });
  return bytes;
}

void fill_texts(const Spool& spool, const Records& records, size_t column,
                arrow::StructBlock::Texts texts) {
  visit_texts(spool, records, column, [&](const char* kept) {
    if (kept) {
      texts.add(Spool::text(kept));
    } else {
      texts.add_null();
    }
  });
}

// Numbers or booleans. Not a number is null in an answer.
void fill_words(const Spool& spool, const Records& records, size_t column,
                arrow::StructBlock& block, size_t to) {
  const DataType type = spool.types()[column];
  const bool real = type == DataType::float_;
  for (size_t i = 0; i < records.size(); ++i) {
    const uint64_t* word = spool.word(records[i], column);
    if (!word || (real && !std::isfinite(std::bit_cast<double>(*word)))) continue;
    if (type == DataType::boolean) {
      block.set_bool(to, i, *word != 0);
    } else {
      block.set_word(to, i, *word);
    }
  }
}

}  // namespace

void make_batch(const Spool& spool, std::span<const Spool::Ref> rows,
                const std::vector<size_t>& outputs, arrow::BlockPool& pool, ArrowArray* out) {
  Records records;
  records.reserve(rows.size());
  for (const Spool::Ref& ref : rows) records.push_back(spool.record(ref));
  std::vector<arrow::ColumnShape> shapes{{'t'}};
  shapes.reserve(1 + outputs.size());
  for (const size_t output : outputs) {
    const DataType type = spool.types()[output];
    shapes.push_back(
        {*format_of(type), is_text(type) ? text_bytes(spool, records, output) : size_t{0}});
  }
  arrow::StructBlock block(rows.size(), shapes, &pool);
  for (size_t i = 0; i < rows.size(); ++i) {
    block.words(0)[i] = static_cast<uint64_t>(spool.time(rows[i]));
  }
  block.mark_all(0);
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (is_text(spool.types()[outputs[i]])) {
      fill_texts(spool, records, outputs[i], block.texts(i + 1));
    } else {
      fill_words(spool, records, outputs[i], block, i + 1);
    }
  }
  block.give(out);
}

}  // namespace tickwork::query
