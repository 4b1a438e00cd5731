// SPDX-License-Identifier: MIT
#include "shared_block.hpp"

#include <algorithm>

#include "checksum.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t checksum_bytes = 8;
constexpr uint8_t many_series = 1;  // kind of a block without rows of its own
constexpr size_t most_values = 64 * 1024, most_short_values = 4096;
constexpr size_t most_text_bytes = 32 * 1024;

bool all_null(const Column& column) {
  return !column.valid.empty() &&
         std::find(column.valid.begin(), column.valid.end(), 1) == column.valid.end();
}

uint64_t column_key(const Column& column) { return uint64_t{column.field} << 8 | column.type; }

void append_values(const Column& from, size_t rows, Column& to) {
  if (from.valid.empty() && to.valid.empty()) {
    to.bits.insert(to.bits.end(), from.bits.begin(), from.bits.end());
    to.texts.insert(to.texts.end(), from.texts.begin(), from.texts.end());
    return;
  }
  for (size_t row = 0; row < rows; ++row) append_value(to, from, row);
}

size_t text_bytes(const Column& column) {
  size_t bytes = 0;
  for (const std::string_view text : column.texts) bytes += text.size();
  return bytes;
}

}  // namespace

bool is_short(const Columns& rows) {
  return rows.rows() <= most_short_rows && rows.rows() * rows.columns.size() <= most_short_values;
}

// ---- writing ----

bool SharedBlockWriter::has_fields(const Fields& fields, const Columns& rows) const {
  if (fields.size() != rows.columns.size()) return false;
  for (size_t i = 0; i < fields.size(); ++i) {
    const Column &mine = columns_[fields[i]], &theirs = rows.columns[i];
    if (mine.field != theirs.field || mine.type != theirs.type || all_null(theirs)) return false;
  }
  return true;
}

uint32_t SharedBlockWriter::column_of(const Column& like) {
  const auto [it, fresh] =
      column_numbers_.try_emplace(column_key(like), static_cast<uint32_t>(columns_.size()));
  if (fresh) {
    columns_.emplace_back();
    columns_.back().field = like.field;
    columns_.back().type = like.type;
  }
  return it->second;
}

uint64_t SharedBlockWriter::shape_of(const Columns& rows) {
  if (!shapes_.empty() && has_fields(shapes_[last_shape_], rows)) return last_shape_;
  Fields fields;
  for (const Column& column : rows.columns) {
    if (!all_null(column)) fields.push_back(column_of(column));
  }
  const auto [it, fresh] = shape_numbers_.try_emplace(fields, shapes_.size());
  if (fresh) shapes_.push_back(std::move(fields));
  return last_shape_ = it->second;
}

void SharedBlockWriter::add(SeriesId series, const Columns& rows) {
  const uint64_t shape = shape_of(rows);
  series_.push_back(series);
  counts_.push_back(rows.rows());
  shape_of_.push_back(shape);
  for (const int64_t time : rows.times) times_.push_back(static_cast<uint64_t>(time));
  auto number = shapes_[shape].begin();
  for (const Column& column : rows.columns) {
    if (all_null(column)) continue;
    append_values(column, rows.rows(), columns_[*number++]);
    text_bytes_ += text_bytes(column);
    values_ += rows.rows();
  }
}

bool SharedBlockWriter::full() const {
  return times_.size() + most_short_rows > most_shared_rows || values_ >= most_values ||
         text_bytes_ >= most_text_bytes;
}

void SharedBlockWriter::clear() {
  series_.clear();
  counts_.clear();
  shape_of_.clear();
  times_.clear();
  shapes_.clear();
  shape_numbers_.clear();
  columns_.clear();
  column_numbers_.clear();
  last_shape_ = 0;
  values_ = text_bytes_ = 0;
}

void SharedBlockWriter::put_shapes(std::string& out) const {
  put_varint(out, shapes_.size());
  for (const Fields& fields : shapes_) {
    put_varint(out, fields.size());
    for (const uint32_t number : fields) put_varint(out, number);
  }
  encode_words(shape_of_, out);
}

// The first times of all series, then the steps to the second, and so on: often all are the same.
void SharedBlockWriter::put_times(std::string& out) const {
  const uint64_t most = *std::max_element(counts_.begin(), counts_.end());
  std::vector<uint64_t> words;
  for (uint64_t n = 0; n < most; ++n) {
    words.clear();
    size_t begin = 0;
    for (const uint64_t count : counts_) {
      const size_t at = begin + n;
      if (n < count) words.push_back(n == 0 ? times_[at] : times_[at] - times_[at - 1]);
      begin += count;
    }
    encode_words(words, out);
  }
}

void SharedBlockWriter::put_columns(std::string& out) const {
  std::string payloads;
  put_varint(out, columns_.size());
  for (const Column& column : columns_) {
    const size_t start = payloads.size();
    const uint8_t flags = put_payload(column, 0, column.size(), payloads, nullptr);
    put_varint(out, column.field);
    out.push_back(static_cast<char>(column.type));
    out.push_back(static_cast<char>(flags));
    put_varint(out, payloads.size() - start);
  }
  out += payloads;
}

void SharedBlockWriter::finish(std::string& out) {
  const size_t start = out.size();
  put_word<uint64_t>(out, 0);
  put_varint(out, 0);
  out.push_back(static_cast<char>(many_series));
  put_varint(out, series_.size());
  put_varint(out, times_.size());
  encode_times(series_, out);
  encode_words(counts_, out);
  put_shapes(out);
  put_times(out);
  put_columns(out);
  const uint64_t sum = checksum(std::string_view(out).substr(start + checksum_bytes), first());
  std::memcpy(out.data() + start, &sum, sizeof sum);
  clear();
}

// ---- reading ----

void SharedBlock::read_series(Reader& in, uint64_t count, uint64_t rows) {
  decode_words(in, count, series_);
  for (size_t i = 1; i < series_.size(); ++i) {
    if (series_[i] <= series_[i - 1]) throw Damaged("series of a block do not rise");
  }
  decode_words(in, count, words_);
  begins_.assign(1, 0);
  uint64_t end = 0;
  for (const uint64_t n : words_) {
    if (n == 0 || n > rows - end) throw Damaged("rows of a shared block do not add up");
    begins_.push_back(static_cast<uint32_t>(end += n));
  }
  if (end != rows) throw Damaged("rows of a shared block do not add up");
}

void SharedBlock::read_shapes(Reader& in) {
  const uint64_t count = in.varint();
  if (count > series_.size()) throw Damaged("shared block has too many shapes");
  shapes_.resize(count);
  for (auto& fields : shapes_) {
    fields.clear();
    const uint64_t n = in.varint();
    for (uint64_t i = 0; i < n && in.ok(); ++i) {
      fields.push_back(static_cast<uint32_t>(in.varint()));
    }
  }
  decode_words(in, series_.size(), shape_of_);
  for (const uint64_t shape : shape_of_) {
    if (shape >= count) throw Damaged("shared block has a series of an unknown shape");
  }
}

void SharedBlock::read_times(Reader& in) {
  times_.resize(begins_.back());
  for (uint32_t n = 0;; ++n) {
    size_t longer = 0;
    for (size_t i = 0; i < series_.size(); ++i) longer += begins_[i + 1] - begins_[i] > n;
    if (longer == 0) return;
    decode_words(in, longer, words_);
    size_t next = 0;
    for (size_t i = 0; i < series_.size(); ++i) {
      const size_t at = begins_[i] + n;
      if (at >= begins_[i + 1]) continue;
      const uint64_t before = n == 0 ? 0 : static_cast<uint64_t>(times_[at - 1]);
      times_[at] = static_cast<int64_t>(before + words_[next++]);
      if (n > 0 && times_[at] <= times_[at - 1]) throw Damaged("times of a series do not rise");
    }
  }
}

void SharedBlock::read_columns(Reader& in) {
  const uint64_t count = in.varint();
  if (count > in.left()) throw Damaged("shared block has too many columns");
  columns_.resize(count);
  std::vector<uint64_t> lengths;
  for (Stored& column : columns_) {
    column.field = static_cast<FieldId>(in.varint());
    column.type = in.byte();
    column.flags = in.byte();
    lengths.push_back(in.varint());
    column.rows = 0;
    column.decoded = false;
    if (column.type < TW_FLOAT || column.type > TW_STRING) {
      throw Damaged("column head out of range");
    }
  }
  for (size_t i = 0; i < columns_.size(); ++i) columns_[i].payload = in.bytes(lengths[i]);
}

// Where each series' rows are in the columns of its shape.
void SharedBlock::place_values() {
  first_of_.clear();
  value_begins_.clear();
  size_t values = 0;
  for (size_t i = 0; i < series_.size(); ++i) {
    const size_t rows = begins_[i + 1] - begins_[i];
    first_of_.push_back(static_cast<uint32_t>(value_begins_.size()));
    for (const uint32_t number : shapes_[shape_of_[i]]) {
      values += rows;
      if (number >= columns_.size() || values > 2 * most_values) {
        throw Damaged("shape of a shared block out of range");
      }
      value_begins_.push_back(static_cast<uint32_t>(columns_[number].rows));
      columns_[number].rows += rows;
    }
  }
}

void SharedBlock::open(std::string_view block) {
  Reader in(block);
  in.word<uint64_t>();  // checksum
  const uint64_t own_rows = in.varint();
  const uint8_t kind = in.byte();
  const uint64_t count = in.varint(), rows = in.varint();
  if (!in.ok() || own_rows != 0 || kind != many_series || count == 0 || count > rows ||
      rows > most_shared_rows) {
    throw Damaged("shared block head out of range");
  }
  read_series(in, count, rows);
  read_shapes(in);
  read_times(in);
  read_columns(in);
  if (!in.ok()) throw Damaged("shared block ends early");
  place_values();
}

size_t SharedBlock::find(SeriesId series) const {
  const auto it = std::lower_bound(series_.begin(), series_.end(), series);
  const bool found = it != series_.end() && *it == series;
  return found ? static_cast<size_t>(it - series_.begin()) : series_.size();
}

BlockHead SharedBlock::head(size_t place) const {
  const uint32_t begin = begins_[place], end = begins_[place + 1];
  return {end - begin, times_[begin], times_[end - 1]};
}

// field: its number in the shape of the series.
void SharedBlock::copy_values(size_t place, size_t field, Column& out) {
  Stored& stored = columns_[shapes_[shape_of_[place]][field]];
  if (!stored.decoded) {
    decode_payload(stored.type, stored.flags, stored.payload, stored.rows, stored.values);
    stored.decoded = true;
  }
  const uint32_t begin = value_begins_[first_of_[place] + field];
  const uint32_t end = begin + (begins_[place + 1] - begins_[place]);
  const auto copy = [&](const auto& from, auto& to) {
    to.assign(from.begin() + begin, from.begin() + end);
  };
  out.type = stored.type;
  if (out.text()) {
    copy(stored.values.texts, out.texts);
  } else {
    copy(stored.values.bits, out.bits);
  }
  if (!stored.values.valid.empty()) copy(stored.values.valid, out.valid);
}

void SharedBlock::read(size_t place, const std::vector<FieldId>* wanted, Columns& out) {
  const auto& fields = shapes_[shape_of_[place]];
  out.times.assign(times_.begin() + begins_[place], times_.begin() + begins_[place + 1]);
  out.columns.resize(wanted ? wanted->size() : fields.size());
  for (size_t i = 0; i < out.columns.size(); ++i) {
    Column& column = out.columns[i];
    column.field = wanted ? (*wanted)[i] : columns_[fields[i]].field;
    column.type = 0;
    column.bits.clear();
    column.texts.clear();
    column.valid.clear();
    if (!wanted) copy_values(place, i, column);
    for (size_t field = 0; wanted && field < fields.size(); ++field) {
      if (columns_[fields[field]].field == column.field) copy_values(place, field, column);
    }
  }
}

}  // namespace tickwork::lmdb
