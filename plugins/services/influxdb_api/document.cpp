// SPDX-License-Identifier: MIT
#include "document.hpp"

#include <algorithm>

#include "kit/gojson/gojson.hpp"

namespace tickwork::influxdb_api {

namespace {

constexpr size_t flush_size = 64 * 1024;

// {"name":…,"tags":…,"columns":…,"values":[at most so many rows]}; members that are empty are left
// out. partial: says so if there are more rows.
void series(
    std::string& out, Table& t, size_t most, Times times, bool partial,
    const std::function<void()>& row_done = [] {}) {
  out += '{';
  if (!t.name.empty()) {
    out += "\"name\":";
    gojson::append(out, t.name);
    out += ',';
  }
  if (!t.tags.empty()) {
    out += "\"tags\":{";
    for (size_t i = 0; i < t.tags.size(); ++i) {
      if (i > 0) out += ',';
      gojson::append(out, view(t.tags[i].key));
      out += ':';
      gojson::append(out, view(t.tags[i].value));
    }
    out += "},";
  }
  out += "\"columns\":";
  out += t.columns_json();
  size_t rows = 0;
  for (; rows < most && t.next(); ++rows) {
    out += rows == 0 ? ",\"values\":[[" : ",[";
    t.append_json(out, times);
    out += ']';
    row_done();
  }
  if (rows > 0) out += ']';
  if (partial && t.more()) out += ",\"partial\":true";
  out += '}';
}

void warning(std::string& out, std::string_view text) {
  out += ",\"messages\":[{\"level\":\"warning\",\"text\":";
  gojson::append(out, text);
  out += "}]";
}

void error_member(std::string& out, const std::string& text) {
  out += ",\"error\":";
  gojson::append(out, text);
}

std::string result_head(int32_t statement) {
  return "{\"statement_id\":" + std::to_string(statement);
}

}  // namespace

void JsonDocument::flush(size_t limit) {
  if (options_.pretty || out_.size() < limit) return;
  send_(out_);
  out_.clear();
  result_at_ = std::string::npos;
}

void JsonDocument::close_result() {
  if (!open_) return;
  if (series_ > 0) out_ += ']';
  if (!message_.empty()) warning(out_, message_);
  out_ += '}';
  open_ = false;
}

void JsonDocument::open_result(const Table& table) {
  if (open_ && table.statement == statement_) return;
  close_result();
  out_ += begun_ ? "," : "{\"results\":[";
  out_ += result_head(table.statement);
  result_at_ = out_.size();
  begun_ = open_ = true;
  statement_ = table.statement;
  series_ = 0;
  message_ = table.message;
}

// A failed result is its error alone; what was sent of it already stays, with the error behind it.
void JsonDocument::fail(const std::string& error) {
  if (result_at_ != std::string::npos) {
    out_.resize(result_at_);
  } else if (series_ > 0) {
    out_ += ']';
  }
  series_ = 0;
  error_member(out_, error);
}

void JsonDocument::add(Table& table) {
  open_result(table);
  if (table.has_rows) {
    out_ += series_++ == 0 ? ",\"series\":[" : ",";
    series(out_, table, SIZE_MAX, options_.times, false, [&] { flush(flush_size); });
  }
  if (!table.error.empty()) fail(table.error);
  flush(flush_size);
}

void JsonDocument::finish() {
  close_result();
  out_ += begun_ ? "]}" : "{}";
  if (options_.pretty) out_ = indented(out_);
  out_ += '\n';
  send_(out_);
}

void ChunkedDocument::release(bool more) {
  if (held_.empty()) return;
  std::string document =
      "{\"results\":[" + held_ + (more && marks_ ? ",\"partial\":true" : "") + "}]}";
  if (options_.pretty) document = indented(document);
  send_(document + "\n");
  held_.clear();
}

void ChunkedDocument::add(Table& table) {
  any_ = true;
  release(table.statement == statement_);
  bool first = table.statement != statement_;
  statement_ = table.statement;
  marks_ = table.has_time();
  while (table.has_rows && (table.more() || table.error.empty())) {
    held_ = result_head(statement_) + ",\"series\":[";
    series(held_, table, options_.chunk_size, options_.times, true);
    held_ += ']';
    if (!table.message.empty() && first) warning(held_, table.message);
    first = false;
    if (!table.more()) break;
    release(true);
  }
  if (table.has_rows && table.error.empty()) return;
  release(true);
  held_ = result_head(statement_);
  if (!table.message.empty() && first) warning(held_, table.message);
  if (!table.error.empty()) error_member(held_, table.error);
}

void ChunkedDocument::finish() {
  release(false);
  if (!any_) send_("{}\n");
}

void CsvDocument::add(Table& table) {
  if (!table.has_rows) return;
  std::string out;
  bool new_statement = table.statement != statement_;
  if (new_statement || table.columns() != columns_) {
    if (statement_ >= 0) out += '\n';
    out += "name,tags";
    for (const std::string& column : table.columns()) {
      out += ',';
      append_csv_text(out, column);
    }
    out += '\n';
  }
  statement_ = table.statement;
  columns_ = table.columns();
  std::string tags;
  for (auto& [key, value] : table.tags) {
    if (view(value).empty()) continue;
    if (!tags.empty()) tags += ',';
    tags.append(view(key)).append("=").append(view(value));
  }
  std::string head;
  append_csv_text(head, table.name);
  head += ',';
  append_csv_text(head, tags);
  while (table.next()) {
    out += head;
    for (size_t c = 0; c < table.columns().size(); ++c) {
      out += ',';
      table.append_csv(out, c, options_.times);
    }
    out += '\n';
    if (out.size() < flush_size) continue;
    send_(out);
    out.clear();
  }
  send_(out);
}

std::string indented(std::string_view json) {
  std::string out;
  size_t depth = 0;
  bool quoted = false;
  auto line = [&] { out += '\n' + std::string(depth * 4, ' '); };
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (quoted) {
      out += c;
      if (c == '\\') out += json[++i];
      if (c == '"') quoted = false;
      continue;
    }
    switch (c) {
      case '"':
        quoted = true;
        out += c;
        break;
      case '{':
      case '[':
        out += c;
        if (i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']')) {
          out += json[++i];
        } else {
          ++depth;
          line();
        }
        break;
      case '}':
      case ']':
        --depth;
        line();
        out += c;
        break;
      case ',':
        out += c;
        line();
        break;
      case ':':
        out += ": ";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace tickwork::influxdb_api
