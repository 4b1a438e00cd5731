// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "arrow_cells.hpp"
#include "kit/gojson/gojson.hpp"

namespace tickwork::influxdb_api {

namespace {

constexpr int64_t second = 1'000'000'000;

std::string zoned_time(int64_t ns, const date::time_zone& zone) {
  std::chrono::nanoseconds since{ns};
  date::sys_time<std::chrono::nanoseconds> instant{since};
  auto info = zone.get_info(date::floor<std::chrono::seconds>(instant));
  std::string out = gojson::timestamp(ns + info.offset.count() * second);
  if (info.offset.count() == 0) return out;
  out.pop_back();
  auto minutes = info.offset.count() / 60;
  char suffix[16];
  std::snprintf(suffix, sizeof suffix, "%c%02d:%02d", minutes < 0 ? '-' : '+',
                static_cast<int>(std::abs(minutes) / 60), static_cast<int>(std::abs(minutes) % 60));
  return out + suffix;
}

void append_fixed(std::string& out, double value) {
  char buffer[400];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
  out.append(buffer, end);
}

}  // namespace

Times times_of(const std::string& epoch) {
  if (epoch.empty()) return {0};
  if (epoch == "u") return {1000};
  if (epoch == "ms") return {1'000'000};
  if (epoch == "s") return {second};
  if (epoch == "m") return {60 * second};
  if (epoch == "h") return {3600 * second};
  return {1};
}

void TimeTexts::append(std::string& out, int64_t ns) {
  constexpr uint64_t spread = 0x9E3779B97F4A7C15;  // of hashing by multiplication, Knuth 6.4
  Known& place = known_[static_cast<uint64_t>(ns / second) * spread >> 58];
  if (place.size == 0 || place.ns != ns) {
    std::string text;
    gojson::append_timestamp(text, ns);
    if (text.size() > sizeof place.text) {
      out += text;
      return;
    }
    place.ns = ns;
    place.size = static_cast<uint8_t>(text.copy(place.text, sizeof place.text));
  }
  out.append(place.text, place.size);
}

Columns::Columns(const ArrowSchema& schema) {
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    Column& column = columns.emplace_back();
    column.given = child.format;
    column.time = column.given.starts_with("tsn:");
    column.format = column.time ? 'l' : column.given[0];
    if (column.time && column.given.size() > 4) {
      column.zone = date::locate_zone(column.given.substr(4));
    }
    for (int64_t c = 0; column.given == "+s" && c < child.n_children; ++c) {
      column.kinds += child.children[c]->format[0];
    }
    names.emplace_back(child.name);
    json += i == 0 ? '[' : ',';
    gojson::append(json, names.back());
  }
  json += columns.empty() ? "[]" : "]";
}

bool Columns::are(const ArrowSchema& schema) const {
  if (static_cast<size_t>(schema.n_children) != columns.size()) return false;
  for (size_t i = 0; i < columns.size(); ++i) {
    const ArrowSchema& child = *schema.children[i];
    // What a column of several types has in it is another's for each table.
    if (columns[i].format == '+' || columns[i].given != child.format || names[i] != child.name) {
      return false;
    }
  }
  return true;
}

Table::Table(tw_result& result, AnswerTexts& known)
    : statement{result.statement},
      name{view(result.name)},
      message{view(result.message)},
      error{string(result.error)},
      tags{result.tags, result.n_tags},
      time_texts_{known.times} {
  has_rows = result.rows.release != nullptr;
  if (!has_rows) return;
  *stream_.out() = result.rows;
  result.rows.release = nullptr;
  Schema schema;
  if (stream_->get_schema(&*stream_, schema.out()) != 0) {
    throw Error{TW_E_IO, "answer has no schema"};
  }
  if (!known.columns || !known.columns->are(*schema)) {
    known.columns = std::make_shared<const Columns>(*schema);
  }
  columns_ = known.columns;
}

const std::vector<std::string>& Table::columns() const {
  static const std::vector<std::string> none;
  return columns_ ? columns_->names : none;
}

bool Table::more() {
  while (stream_ && (!array_ || row_ + 1 >= array_->length)) {
    row_ = -1;
    if (stream_->get_next(&*stream_, array_.out()) != 0) {
      const char* why = stream_->get_last_error(&*stream_);
      error = why ? why : "reading the answer failed";
    }
    if (!array_ || !error.empty()) stream_.reset();
  }
  return static_cast<bool>(stream_);
}

bool Table::next() {
  if (!more()) return false;
  ++row_;
  return true;
}

Table::Place Table::locate(size_t column) const {
  const ArrowArray* child = array_->children[column];
  return {child, row_ + array_->offset + child->offset};
}

bool Table::null(const Place& p) const {
  return p.array->null_count != 0 && p.array->buffers[0] && !bit(p.array->buffers[0], p.row);
}

Table::Place Table::value_at(const Place& p, size_t column, char& format) const {
  const Columns::Column& known = columns_->columns[column];
  format = known.format;
  for (size_t i = 0; i < known.kinds.size(); ++i) {
    const ArrowArray* child = p.array->children[i];
    format = known.kinds[i];
    const Place inner{child, p.row + child->offset};
    if (!null(inner) || i + 1 == known.kinds.size()) return inner;
  }
  return p;
}

void Table::append_time(std::string& out, int64_t ns, size_t column, Times times) const {
  if (times.unit != 0) return gojson::append(out, ns / times.unit);
  out += '"';
  if (const date::time_zone* zone = columns_->columns[column].zone) {
    out += zoned_time(ns, *zone);
  } else {
    time_texts_.append(out, ns);
  }
  out += '"';
}

void Table::append_list(std::string& out, const Place& p) const {
  const ArrowArray& items = *p.array->children[0];
  int32_t begin = item<int32_t>(*p.array, p.row), end = item<int32_t>(*p.array, p.row + 1);
  out += '[';
  for (int32_t i = begin; i < end; ++i) {
    if (i > begin) out += ',';
    gojson::append(out, text_at(items, i + items.offset));
  }
  out += ']';
}

void Table::append_json(std::string& out, Times times) const {
  for (size_t c = 0; c < columns_->columns.size(); ++c) {
    if (c > 0) out += ',';
    append_cell(out, locate(c), c, times);
  }
}

void Table::append_cell(std::string& out, const Place& place, size_t column, Times times) const {
  char format = 0;
  const Place p = value_at(place, column, format);
  if (null(p)) {
    out += "null";
    return;
  }
  switch (format) {
    case 'g':
      return gojson::append(out, item<double>(*p.array, p.row));
    case 'l':
      if (columns_->columns[column].time && column == 0) {
        return append_time(out, item<int64_t>(*p.array, p.row), column, times);
      }
      return gojson::append(out, item<int64_t>(*p.array, p.row));
    case 'L':
      out += std::to_string(item<uint64_t>(*p.array, p.row));
      return;
    case 'b':
      return gojson::append(out, bit(p.array->buffers[1], p.row));
    case 'u':
      return gojson::append(out, text_at(*p.array, p.row));
    case '+':
      return append_list(out, p);
    default:
      out += "null";
  }
}

void Table::append_csv(std::string& out, size_t column, Times times) const {
  char format = 0;
  const Place p = value_at(locate(column), column, format);
  if (null(p)) return;
  switch (format) {
    case 'g':
      return append_fixed(out, item<double>(*p.array, p.row));
    case 'l': {
      int64_t v = item<int64_t>(*p.array, p.row);
      bool time = columns_->columns[column].time && column == 0 && times.unit != 0;
      return gojson::append(out, time ? v / times.unit : v);
    }
    case 'L':
      out += std::to_string(item<uint64_t>(*p.array, p.row));
      return;
    case 'b':
      return gojson::append(out, bit(p.array->buffers[1], p.row));
    case 'u':
      return append_csv_text(out, text_at(*p.array, p.row));
    default:
      return;
  }
}

// RFC 4180, quoting where Go's writer does.
void append_csv_text(std::string& out, std::string_view text) {
  bool quote = text == "\\." || text.find_first_of(",\"\r\n") != std::string_view::npos ||
               (!text.empty() && (text[0] == ' ' || text[0] == '\t'));
  if (!quote) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace tickwork::influxdb_api
