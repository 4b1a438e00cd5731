// SPDX-License-Identifier: MIT
#include "block.hpp"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "checksum.hpp"

namespace tickwork::lmdb {
namespace {

constexpr int64_t hour_ns = 3'600'000'000'000;
constexpr size_t least_hourly_rows = 256;
constexpr uint8_t raw_number = 0xff;

enum : uint8_t { has_nulls = 1 };  // flags of a column

int64_t hour_of(int64_t t) { return t / hour_ns - (t % hour_ns < 0); }

// ---- summaries ----

void put_number(uint32_t type, uint64_t v, std::string& out) {
  if (type != TW_FLOAT) return put_varint(out, zigzag(v));
  const double value = std::bit_cast<double>(v);
  const int exponent = decimal_exponent(value);
  int64_t scaled = 0;
  if (exponent < 0 || !to_scaled(value, exponent, scaled)) {
    out.push_back(static_cast<char>(raw_number));
    return put_word(out, v);
  }
  out.push_back(static_cast<char>(exponent));
  put_varint(out, zigzag(static_cast<uint64_t>(scaled)));
}

uint64_t read_number(uint32_t type, Reader& in) {
  if (type != TW_FLOAT) return in.signed_varint();
  const uint8_t exponent = in.byte();
  if (exponent == raw_number) return in.word<uint64_t>();
  if (exponent > 18) return in.fail();
  const auto scaled = static_cast<int64_t>(in.signed_varint());
  return std::bit_cast<uint64_t>(from_scaled(scaled, exponent));
}

// T is the values' type; sums of floats are in order, those of integers wrap.
template <class T>
void fold(std::span<const uint64_t> values, Summary& s) {
  T least = std::bit_cast<T>(values.front()), most = least;
  std::conditional_t<std::is_floating_point_v<T>, T, uint64_t> sum = 0;
  for (const uint64_t bits : values) {
    const T v = std::bit_cast<T>(bits);
    sum += static_cast<decltype(sum)>(v);
    least = v < least ? v : least;
    most = most < v ? v : most;
  }
  s.sum = std::bit_cast<uint64_t>(sum);
  s.least = std::bit_cast<uint64_t>(least);
  s.most = std::bit_cast<uint64_t>(most);
}

Summary summarize(uint32_t type, std::span<const uint64_t> values) {
  Summary s;
  s.count = values.size();
  if (values.empty()) return s;
  s.first = values.front();
  s.last = values.back();
  if (type == TW_FLOAT) {
    fold<double>(values, s);
  } else if (type == TW_INT) {
    fold<int64_t>(values, s);
  } else {
    fold<uint64_t>(values, s);
  }
  return s;
}

void put_summary(uint32_t type, const Summary& s, std::string& out) {
  put_varint(out, s.count);
  if (type == TW_STRING || s.count == 0) return;
  uint64_t before = s.least;
  size_t start = out.size();
  put_number(type, before, out);
  for (const uint64_t v : {s.most, s.sum, s.first, s.last}) {
    const size_t end = out.size();
    if (v == before) {  // the decimals of a float are dear to find
      out.append(out, start, end - start);
    } else {
      put_number(type, v, out);
    }
    start = end;
    before = v;
  }
}

Summary take_summary(uint32_t type, Reader& in) {
  Summary s;
  s.count = in.varint();
  if (type == TW_STRING || s.count == 0) return s;
  for (uint64_t* v : {&s.least, &s.most, &s.sum, &s.first, &s.last}) *v = read_number(type, in);
  return s;
}

// ---- columns ----

void put_values(uint32_t type, std::span<const uint64_t> bits,
                std::span<const std::string_view> texts, std::string& out) {
  if (type == TW_STRING) return encode_texts(texts, out);
  if (type == TW_FLOAT) return encode_floats(bits, out);
  if (type == TW_BOOL) return encode_bools(bits, out);
  encode_words(bits, out);
}

// The values of the valid rows only, for a column with nulls.
struct Dense {
  std::vector<uint64_t> bits, bitmap;
  std::vector<std::string_view> texts;
};

Dense squeeze(const Column& column, size_t from, size_t to) {
  Dense dense;
  for (size_t row = from; row < to; ++row) {
    dense.bitmap.push_back(column.has(row));
    if (!column.has(row)) continue;
    if (column.text()) {
      dense.texts.push_back(column.texts[row]);
    } else {
      dense.bits.push_back(column.bits[row]);
    }
  }
  return dense;
}

bool any_null(const Column& column, size_t from, size_t to) {
  if (column.valid.empty()) return false;
  const auto begin = column.valid.begin();
  return std::find(begin + static_cast<ptrdiff_t>(from), begin + static_cast<ptrdiff_t>(to), 0) !=
         begin + static_cast<ptrdiff_t>(to);
}

// Half of a checksum: what is checked is short, and the block's head vouches for the check.
uint32_t payload_check(std::string_view payload, FieldId field) {
  return static_cast<uint32_t>(checksum(payload, field));
}

void put_column(const Column& column, size_t from, size_t to, std::string& head,
                std::string& body) {
  Summary summary;
  const size_t start = body.size();
  const uint8_t flags = put_payload(column, from, to, body, &summary);
  put_varint(head, column.field);
  head.push_back(static_cast<char>(column.type));
  head.push_back(static_cast<char>(flags));
  put_summary(column.type, summary, head);
  put_word(head, payload_check(std::string_view(body).substr(start), column.field));
  put_varint(head, body.size() - start);
}

bool all_null(const Column& column, size_t from, size_t to) {
  for (size_t row = from; row < to; ++row) {
    if (column.has(row)) return false;
  }
  return true;
}

ColumnHead read_column_head(Reader& in, bool checked) {
  ColumnHead head;
  head.field = static_cast<FieldId>(in.varint());
  head.type = in.byte();
  head.flags = in.byte();
  head.summary = take_summary(head.type, in);
  if (checked) head.check = in.word<uint32_t>();
  head.bytes = in.varint();
  if (!in.ok() || head.type < TW_FLOAT || head.type > TW_STRING) {
    throw Damaged("column head out of range");
  }
  return head;
}

void decode_values(Reader& in, size_t count, Column& out) {
  if (out.type == TW_STRING) return decode_texts(in, count, out.texts);
  if (out.type == TW_FLOAT) return decode_floats(in, count, out.bits);
  if (out.type == TW_BOOL) return decode_bools(in, count, out.bits);
  decode_words(in, count, out.bits);
}

template <class T>
void spread(const std::vector<uint8_t>& valid, std::vector<T>& values) {
  std::vector<T> out(valid.size());
  size_t next = 0;
  for (size_t row = 0; row < valid.size(); ++row) {
    if (valid[row]) out[row] = values[next++];
  }
  values = std::move(out);
}

// ---- the block ----

constexpr size_t checksum_bytes = 8;
constexpr uint8_t checked_columns = 2;  // kind of a block whose payloads have checks of their own

}  // namespace

uint8_t put_payload(const Column& column, size_t from, size_t to, std::string& out,
                    Summary* summary) {
  const bool nulls = any_null(column, from, to);
  std::span<const uint64_t> bits(column.bits);
  std::span<const std::string_view> texts(column.texts);
  Dense dense;
  if (nulls) {
    dense = squeeze(column, from, to);
    bits = dense.bits;
    texts = dense.texts;
    pack_bits(dense.bitmap, 1, out);
  } else if (column.text()) {
    texts = texts.subspan(from, to - from);
  } else {
    bits = bits.subspan(from, to - from);
  }
  put_values(column.type, bits, texts, out);
  if (summary) *summary = summarize(column.type, bits);
  if (summary && column.text()) summary->count = texts.size();
  return nulls ? has_nulls : 0;
}

void decode_payload(uint32_t type, uint8_t flags, std::string_view payload, size_t rows,
                    Column& out) {
  out.type = type;
  out.texts.clear();
  out.valid.clear();
  Reader in(payload);
  if (!(flags & has_nulls)) return decode_values(in, rows, out);
  std::vector<uint64_t> bitmap(rows);
  unpack_bits(in, rows, 1, bitmap.data());
  out.valid.assign(bitmap.begin(), bitmap.end());
  const auto count = static_cast<size_t>(std::count(bitmap.begin(), bitmap.end(), 1));
  decode_values(in, count, out);
  if (out.text()) {
    spread(out.valid, out.texts);
  } else {
    spread(out.valid, out.bits);
  }
}

std::vector<size_t> cut_blocks(std::span<const int64_t> times) {
  std::vector<size_t> ends;
  size_t start = 0;
  for (size_t i = 1; i < times.size(); ++i) {
    const bool hour_done =
        i - start >= least_hourly_rows && hour_of(times[i]) != hour_of(times[i - 1]);
    if (!hour_done && i - start < most_block_rows) continue;
    ends.push_back(i);
    start = i;
  }
  if (!times.empty()) ends.push_back(times.size());
  return ends;
}

void encode_block(SeriesId series, const Columns& rows, size_t from, size_t to, std::string& out) {
  thread_local std::string heads, encoded, columns, body;  // blocks of one row are many
  heads.clear();
  encoded.clear();
  columns.clear();
  body.clear();
  const auto first = static_cast<uint64_t>(rows.times[from]);
  put_varint(heads, to - from);
  put_varint(heads, zigzag(first));
  put_varint(heads, static_cast<uint64_t>(rows.times[to - 1]) - first);
  encode_times({reinterpret_cast<const uint64_t*>(rows.times.data()) + from, to - from}, encoded);
  put_text(heads, encoded);
  uint64_t n = 0;
  for (const Column& column : rows.columns) {
    if (all_null(column, from, to)) continue;
    put_column(column, from, to, columns, body);
    ++n;
  }
  put_varint(heads, n);
  heads += columns;

  const size_t start = out.size();
  put_word<uint64_t>(out, 0);
  out.push_back(0);
  out.push_back(static_cast<char>(checked_columns));
  put_text(out, heads);
  const uint64_t sum = checksum(std::string_view(out).substr(start + checksum_bytes), series);
  std::memcpy(out.data() + start, &sum, sizeof sum);
  out += body;
}

BlockStart start_block(std::string_view block) {
  BlockStart start;
  start.bytes = block;
  BlockHead& head = start.head;
  Reader in(block);
  in.word<uint64_t>();  // checksum
  head.rows = in.varint();
  start.checked = head.rows == 0 && in.byte() == checked_columns;
  if (start.checked) {
    const uint64_t heads = in.varint();
    Reader body = in;
    body.bytes(heads);
    if (!body.ok()) throw Damaged("heads beyond their block");
    start.body = body.bytes(body.left());
    head.rows = in.varint();
  }
  head.first = static_cast<int64_t>(in.signed_varint());
  head.last = static_cast<int64_t>(static_cast<uint64_t>(head.first) + in.varint());
  if (!in.ok() || head.rows == 0 || head.rows > most_block_rows || head.last < head.first) {
    throw Damaged("block head out of range");
  }
  start.rest = in;
  return start;
}

namespace {

// What the checksum of a block is of.
std::string_view covered(std::string_view block) {
  const std::string_view rest = block.substr(checksum_bytes);
  Reader in(rest);
  if (in.varint() != 0 || in.byte() != checked_columns) return rest;
  const std::string_view heads = in.text();
  if (!in.ok()) throw Damaged("heads beyond their block");
  return rest.substr(0, static_cast<size_t>(heads.data() + heads.size() - rest.data()));
}

void check_covered(SeriesId series, std::string_view block, std::string_view covered) {
  if (load_word<uint64_t>(block.data()) != checksum(covered, series)) {
    throw Damaged("checksum of a block does not match");
  }
}

}  // namespace

void verify_block(SeriesId series, std::string_view block) {
  if (block.size() < checksum_bytes) throw Damaged("checksum of a block does not match");
  check_covered(series, block, covered(block));
}

void verify_block(SeriesId series, const BlockStart& block) {
  const std::string_view rest = block.bytes.substr(checksum_bytes);
  check_covered(series, block.bytes,
                block.checked ? rest.substr(0, rest.size() - block.body.size()) : rest);
}

void BlockView::open(const BlockStart& block) {
  heads_ = block.rest;
  head_ = block.head;
  checked_ = block.checked;
  body_ = block.body;
  times_ = heads_.text();
  count_ = heads_.varint();
  bytes_ = 0;
  if (!heads_.ok() || count_ > block.bytes.size()) throw Damaged("column beyond its block");
  columns_.clear();
  columns_.reserve(count_);  // what find gave stays where it is
}

bool BlockView::read_next_head() {
  if (columns_.size() == count_) return false;
  columns_.push_back(read_column_head(heads_, checked_));
  ColumnHead& head = columns_.back();
  head.offset = bytes_;
  if (head.bytes > heads_.left()) throw Damaged("column beyond its block");
  bytes_ += head.bytes;
  if (!checked_ && columns_.size() == count_) body_ = heads_.bytes(heads_.left());
  const bool known = checked_ || columns_.size() == count_;
  if (known && bytes_ > body_.size()) throw Damaged("column beyond its block");
  return true;
}

const std::vector<ColumnHead>& BlockView::columns() {
  while (read_next_head()) {
  }
  return columns_;
}

const ColumnHead* BlockView::find(FieldId field) {
  size_t i = 0;
  do {
    for (; i < columns_.size(); ++i) {
      if (columns_[i].field == field) return &columns_[i];
    }
  } while (read_next_head());
  return nullptr;
}

void BlockView::decode_times(std::vector<int64_t>& out) const {
  Reader in(times_);
  out.resize(head_.rows);
  decode_words(in, head_.rows, reinterpret_cast<uint64_t*>(out.data()));
}

void BlockView::decode(const ColumnHead& column, size_t rows, Column& out) {
  if (!checked_) columns();  // to know where the payloads begin
  const std::string_view payload = body_.substr(column.offset, column.bytes);
  if (checked_ && column.check != payload_check(payload, column.field)) {
    throw Damaged("checksum of a column does not match");
  }
  out.field = column.field;
  const bool whole_numbers = column.type == TW_INT || column.type == TW_UINT;
  const bool part = whole_numbers && (column.flags & has_nulls) == 0;  // others depend on their end
  decode_payload(column.type, column.flags, payload, part ? rows : head_.rows, out);
}

Columns decode_block(std::string_view block, const std::vector<FieldId>* wanted) {
  BlockView view;
  view.open(block);
  Columns out;
  view.decode_times(out.times);
  if (!wanted) {
    for (const ColumnHead& head : view.columns()) {
      view.decode(head, out.rows(), out.columns.emplace_back());
    }
    return out;
  }
  for (const FieldId field : *wanted) {
    Column& column = out.columns.emplace_back();
    column.field = field;
    if (const ColumnHead* head = view.find(field)) view.decode(*head, out.rows(), column);
  }
  return out;
}

bool read_summary(std::string_view block, FieldId field, uint32_t& type, Summary& out) {
  BlockView view;
  view.open(block);
  const ColumnHead* head = view.find(field);
  if (!head) return false;
  type = head->type;
  out = head->summary;
  return true;
}

}  // namespace tickwork::lmdb
