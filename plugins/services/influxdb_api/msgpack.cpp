// SPDX-License-Identifier: MIT
#include "msgpack.hpp"

#include <algorithm>
#include <cstring>

#include "arrow_cells.hpp"

namespace tickwork::influxdb_api {

namespace msgpack {

namespace {

void byte(std::string& out, unsigned value) { out += static_cast<char>(value); }

void big_endian(std::string& out, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) byte(out, static_cast<unsigned>(value >> (8 * i) & 0xFF));
}

void sized(std::string& out, size_t n, unsigned small, size_t most_small, unsigned wide) {
  if (n <= most_small) return byte(out, small | static_cast<unsigned>(n));
  byte(out, n <= 0xFFFF ? wide : wide + 1);
  big_endian(out, n, n <= 0xFFFF ? 2 : 4);
}

}  // namespace

void map(std::string& out, size_t members) { sized(out, members, 0x80, 15, 0xDE); }
void array(std::string& out, size_t items) { sized(out, items, 0x90, 15, 0xDC); }

void text(std::string& out, std::string_view value) {
  if (value.size() > 31 && value.size() <= 0xFF) {
    byte(out, 0xD9);
    byte(out, static_cast<unsigned>(value.size()));
  } else {
    sized(out, value.size(), 0xA0, 31, 0xDA);
  }
  out += value;
}

void integer(std::string& out, int64_t v) {
  uint64_t size = v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  if (v > -32 && v < 128) return byte(out, static_cast<unsigned>(v & 0xFF));
  int width = size < 0x7F ? 0 : size < 0x7FFF ? 1 : size < 0x7FFFFFFF ? 2 : 3;
  byte(out, 0xD0u + static_cast<unsigned>(width));
  big_endian(out, static_cast<uint64_t>(v), 1 << width);
}

void unsigned_integer(std::string& out, uint64_t v) {
  if (v < 128) return byte(out, static_cast<unsigned>(v));
  int width = v <= 0xFF ? 0 : v <= 0xFFFF ? 1 : v <= 0xFFFFFFFF ? 2 : 3;
  byte(out, 0xCCu + static_cast<unsigned>(width));
  big_endian(out, v, 1 << width);
}

void number(std::string& out, double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  byte(out, 0xCB);
  big_endian(out, bits, 8);
}

void boolean(std::string& out, bool value) { byte(out, value ? 0xC3 : 0xC2); }
void nil(std::string& out) { byte(out, 0xC0); }

void time(std::string& out, int64_t ns) {
  constexpr int64_t second = 1'000'000'000;
  int64_t seconds = ns / second - (ns % second < 0);
  byte(out, 0xC7);
  byte(out, 12);
  byte(out, 5);
  big_endian(out, static_cast<uint64_t>(seconds), 8);
  big_endian(out, static_cast<uint64_t>(ns - seconds * second), 4);
}

}  // namespace msgpack

namespace {

void append_texts(std::string& out, const ArrowArray& list, int64_t row) {
  const ArrowArray& items = *list.children[0];
  int32_t begin = item<int32_t>(list, row), end = item<int32_t>(list, row + 1);
  msgpack::array(out, static_cast<size_t>(end - begin));
  for (int32_t i = begin; i < end; ++i) msgpack::text(out, text_at(items, i + items.offset));
}

// Takes at most so many rows. may_be_partial: says so if there are more.
void append_series(std::string& out, Table& t, size_t most, Times times, bool may_be_partial) {
  std::string values;
  size_t rows = 0;
  for (; rows < most && t.next(); ++rows) {
    msgpack::array(values, t.columns().size());
    for (size_t c = 0; c < t.columns().size(); ++c) t.append_msgpack(values, c, times);
  }
  const bool partial = may_be_partial && t.more();
  bool named = !t.name.empty(), tagged = !t.tags.empty();
  msgpack::map(out, 2u + named + tagged + partial);
  if (named) {
    msgpack::text(out, "name");
    msgpack::text(out, t.name);
  }
  if (tagged) {
    msgpack::text(out, "tags");
    msgpack::map(out, t.tags.size());
    for (auto& [key, value] : t.tags) {
      msgpack::text(out, view(key));
      msgpack::text(out, view(value));
    }
  }
  msgpack::text(out, "columns");
  msgpack::array(out, t.columns().size());
  for (const std::string& column : t.columns()) msgpack::text(out, column);
  msgpack::text(out, "values");
  msgpack::array(out, rows);
  out += values;
  if (!partial) return;
  msgpack::text(out, "partial");
  msgpack::boolean(out, true);
}

// A result of one statement; a failed one is only its error.
void append_result(std::string& out, int32_t statement, const std::string& message,
                   const std::string& error, size_t series, std::string_view series_bytes,
                   bool partial) {
  if (!error.empty()) {
    msgpack::map(out, 1);
    msgpack::text(out, "error");
    return msgpack::text(out, error);
  }
  msgpack::map(out, 2u + !message.empty() + partial);
  msgpack::text(out, "statement_id");
  msgpack::integer(out, statement);
  if (!message.empty()) {
    msgpack::text(out, "messages");
    msgpack::array(out, 1);
    msgpack::map(out, 2);
    msgpack::text(out, "level");
    msgpack::text(out, "warning");
    msgpack::text(out, "text");
    msgpack::text(out, message);
  }
  msgpack::text(out, "series");
  msgpack::array(out, series);
  out += series_bytes;
  if (!partial) return;
  msgpack::text(out, "partial");
  msgpack::boolean(out, true);
}

std::string results_head(size_t results) {
  std::string out;
  msgpack::map(out, 1);
  msgpack::text(out, "results");
  msgpack::array(out, results);
  return out;
}

}  // namespace

void Table::append_msgpack(std::string& out, size_t column, Times times) const {
  char format = 0;
  const Place p = value_at(locate(column), column, format);
  if (null(p)) return msgpack::nil(out);
  const ArrowArray& a = *p.array;
  switch (format) {
    case 'g':
      return msgpack::number(out, item<double>(a, p.row));
    case 'l': {
      int64_t v = item<int64_t>(a, p.row);
      if (!columns_->columns[column].time || column != 0) return msgpack::integer(out, v);
      return times.unit == 0 ? msgpack::time(out, v) : msgpack::integer(out, v / times.unit);
    }
    case 'L':
      return msgpack::unsigned_integer(out, item<uint64_t>(a, p.row));
    case 'b':
      return msgpack::boolean(out, item<uint8_t>(a, p.row / 8) >> (p.row % 8) & 1);
    case 'u':
      return msgpack::text(out, text_at(a, p.row));
    case '+':
      return append_texts(out, a, p.row);
    default:
      msgpack::nil(out);
  }
}

void MsgpackDocument::close_result() {
  if (statement_ < 0) return;
  append_result(results_, statement_, message_, error_, series_, series_bytes_, false);
  ++results_count_;
  series_bytes_.clear();
  series_ = 0;
}

void MsgpackDocument::add(Table& table) {
  if (table.statement != statement_) {
    close_result();
    statement_ = table.statement;
    message_ = table.message;
    error_.clear();
  }
  if (table.has_rows) {
    append_series(series_bytes_, table, SIZE_MAX, options_.times, false);
    ++series_;
  }
  if (!table.error.empty()) error_ = table.error;
}

void MsgpackDocument::finish() {
  close_result();
  send_(results_head(results_count_) + results_);
}

void MsgpackChunks::release(bool more) {
  if (!holds_) return;
  std::string out = results_head(1);
  append_result(out, statement_, message_, error_, has_series_ ? 1 : 0, held_, more && marks_);
  send_(out);
  holds_ = false;
  held_.clear();
  message_.clear();
  error_.clear();
}

void MsgpackChunks::add(Table& table) {
  release(table.statement == statement_);
  if (table.statement != statement_) message_ = table.message;
  statement_ = table.statement;
  marks_ = table.has_time();
  while (table.has_rows && (table.more() || table.error.empty())) {
    has_series_ = holds_ = true;
    append_series(held_, table, options_.chunk_size, options_.times, true);
    if (!table.more()) break;
    release(true);
  }
  if (table.has_rows && table.error.empty()) return;
  release(true);
  has_series_ = false;
  holds_ = true;
  error_ = table.error;
}

void MsgpackChunks::finish() { release(false); }

}  // namespace tickwork::influxdb_api
