// SPDX-License-Identifier: MIT
#include "answer.hpp"

#include "frame.hpp"

namespace tickwork::webui {
namespace {

constexpr int64_t patience_ns = 20'000'000'000;

bool is_set(const ArrowArray& array, int64_t row) {
  const auto* bits = static_cast<const uint8_t*>(array.n_buffers > 0 ? array.buffers[0] : nullptr);
  const int64_t at = row + array.offset;
  return !bits || (bits[at / 8] >> (at % 8) & 1);
}

template <class T>
void copy_numbers(const ArrowArray& array, int64_t length, double scale, Column& out) {
  const T* values = static_cast<const T*>(array.buffers[1]) + array.offset;
  for (int64_t row = 0; row < length; ++row)
    out.numbers.push_back(is_set(array, row) ? static_cast<double>(values[row]) / scale : missing);
}

void copy_bits(const ArrowArray& array, int64_t length, Column& out) {
  const auto* bits = static_cast<const uint8_t*>(array.buffers[1]);
  for (int64_t row = 0; row < length; ++row) {
    const int64_t at = row + array.offset;
    out.numbers.push_back(is_set(array, row) ? (bits[at / 8] >> (at % 8) & 1) : missing);
  }
}

template <class Offset>
void copy_texts(const ArrowArray& array, int64_t length, Column& out) {
  const Offset* offsets = static_cast<const Offset*>(array.buffers[1]) + array.offset;
  const char* bytes = static_cast<const char*>(array.buffers[2]);
  for (int64_t row = 0; row < length; ++row)
    out.texts.emplace_back(is_set(array, row)
                               ? std::string{bytes + offsets[row], bytes + offsets[row + 1]}
                               : std::string{});
}

// Which column to show of one with values of several types, a struct of a column a type: its text,
// else the first. -1: the column is of one type.
int64_t shown_kind(const ArrowSchema& schema) {
  if (std::string_view{schema.format} != "+s" || schema.n_children == 0) return -1;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    if (std::string_view{schema.children[i]->format} == "u") return i;
  }
  return 0;
}

Column column_like(const ArrowSchema& schema) {
  Column column;
  column.name = schema.name ? schema.name : "";
  const int64_t kind = shown_kind(schema);
  const std::string_view format = kind < 0 ? schema.format : schema.children[kind]->format;
  if (format.substr(0, 2) == "ts") column.type = Column::Type::time;
  if (format == "u" || format == "U") column.type = Column::Type::text;
  return column;
}

void copy(const ArrowSchema& schema, const ArrowArray& array, int64_t length, Column& out) {
  const std::string_view format = schema.format;
  const int64_t kind = shown_kind(schema);
  if (kind >= 0) return copy(*schema.children[kind], *array.children[kind], length, out);
  if (format.substr(0, 3) == "tsn") return copy_numbers<int64_t>(array, length, 1e6, out);
  if (format == "g") return copy_numbers<double>(array, length, 1, out);
  if (format == "l") return copy_numbers<int64_t>(array, length, 1, out);
  if (format == "L") return copy_numbers<uint64_t>(array, length, 1, out);
  if (format == "b") return copy_bits(array, length, out);
  if (format == "u") return copy_texts<int32_t>(array, length, out);
  if (format == "U") return copy_texts<int64_t>(array, length, out);
  throw Error{TW_E_UNSUPPORTED, "the query engine answered column " + out.name +
                                    " in Arrow format " + std::string{format} +
                                    ", which the page does not read"};
}

void check_stream(int code, ArrowArrayStream& stream) {
  if (code == 0) return;
  const char* why = stream.get_last_error(&stream);
  throw Error{TW_E_IO, why ? why : "the query engine broke off its answer"};
}

std::vector<Column> read_rows(ArrowStream rows) {
  Schema schema;
  check_stream(rows->get_schema(&*rows, schema.out()), *rows);
  std::vector<Column> columns;
  for (int64_t i = 0; i < schema->n_children; ++i)
    columns.push_back(column_like(*schema->children[i]));
  for (;;) {
    Array array;
    check_stream(rows->get_next(&*rows, array.out()), *rows);
    if (!array) return columns;
    for (size_t i = 0; i < columns.size(); ++i)
      copy(*schema->children[i], *array->children[i], array->length, columns[i]);
  }
}

Table read(tw_result& result) {
  Table table;
  table.name = string(result.name);
  for (size_t i = 0; i < result.n_tags; ++i)
    table.tags.emplace_back(string(result.tags[i].key), string(result.tags[i].value));
  ArrowStream rows;
  *rows.out() = result.rows;
  result.rows.release = nullptr;
  if (rows) table.columns = read_rows(std::move(rows));
  return table;
}

}  // namespace

std::vector<Table> ask(const Engine& engine, const std::string& text) {
  if (!engine.query)
    throw Error{TW_E_NOT_FOUND, "the page has no query engine: set option query of services.webui"};
  tw_request request{};
  request.size = sizeof request;
  request.flags = TW_QUERY_READ_ONLY;
  request.text = str(text);
  request.database = str(engine.database);
  request.now_ns = engine.host.now();
  request.deadline_ns = engine.host.ticks() + patience_ns;
  Results results;
  results.out()->size = sizeof(tw_results);
  engine.query.call(&tw_query::run, static_cast<const tw_request*>(&request), &*results);
  std::vector<Table> tables;
  for (;;) {
    tw_error error = empty_error();
    tw_result result{};
    result.size = sizeof result;
    if (check(results->next(&*results, &result, &error), error) == TW_DONE) return tables;
    Table table = read(result);
    if (result.error.len) throw Error{TW_E_INVALID, string(result.error)};
    if (!table.columns.empty()) tables.push_back(std::move(table));
  }
}

}  // namespace tickwork::webui
