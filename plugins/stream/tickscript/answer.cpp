// SPDX-License-Identifier: MIT
// Decoding of answers. Numbers become floats, as in Kapacitor's batches; nulls are left out.
#include "answer.hpp"

#include <cstring>

#include "json.hpp"
#include "kit/http/http.hpp"

namespace tickwork::stream {
namespace {

template <class T>
T number_at(const ArrowArray& a, int64_t row) {
  return static_cast<const T*>(a.buffers[1])[a.offset + row];
}
bool bit(const void* bits, int64_t i) {
  return (static_cast<const uint8_t*>(bits)[i / 8] >> (i % 8) & 1) != 0;
}

Value cell(const ArrowSchema& schema, const ArrowArray& a, int64_t row) {
  if (a.buffers[0] && !bit(a.buffers[0], a.offset + row)) return {};
  switch (schema.format[0]) {
    case 'g':
      return Value::of(number_at<double>(a, row));
    case 'l':
      return Value::of(static_cast<double>(number_at<int64_t>(a, row)));
    case 'L':
      return Value::of(static_cast<double>(number_at<uint64_t>(a, row)));
    case 'b':
      return Value::of(bit(a.buffers[1], a.offset + row));
    case 'u': {
      auto* offsets = static_cast<const int32_t*>(a.buffers[1]) + a.offset + row;
      return Value::of(std::string{static_cast<const char*>(a.buffers[2]) + offsets[0],
                                   static_cast<size_t>(offsets[1] - offsets[0])});
    }
    default:
      return {};
  }
}

void add_rows(const ArrowSchema& schema, const ArrowArray& rows, Series& series) {
  for (int64_t i = 0; i < rows.length; ++i) {
    auto& [time, fields] = series.rows.emplace_back();
    for (int64_t c = 0; c < rows.n_children; ++c) {
      const ArrowSchema& column = *schema.children[c];
      if (std::strcmp(column.format, "tsn:") == 0) {
        time = number_at<int64_t>(*rows.children[c], rows.offset + i);
        continue;
      }
      Value v = cell(column, *rows.children[c], rows.offset + i);
      if (v.type != Type::missing) put(fields, column.name, std::move(v));
    }
  }
}

Value json_cell(const Json& j) {
  switch (j.kind) {
    case Json::Kind::integer:
      return Value::of(static_cast<double>(j.number));
    case Json::Kind::real:
      return Value::of(j.real);
    case Json::Kind::boolean:
      return Value::of(j.number != 0);
    case Json::Kind::string:
      return Value::of(j.string);
    default:
      return {};
  }
}

Series json_series(const Json& j) {
  Series series;
  series.name = j.text("name");
  if (auto* tags = j.find("tags"))
    for (auto& [key, value] : tags->members) put(series.tags, key, value.string);
  auto *columns = j.find("columns"), *values = j.find("values");
  if (!columns || !values) return series;
  for (auto& row : values->items) {
    auto& [time, fields] = series.rows.emplace_back();
    for (size_t c = 0; c < row.items.size() && c < columns->items.size(); ++c) {
      if (columns->items[c].string == "time") {
        time = row.items[c].number;
      } else if (Value v = json_cell(row.items[c]); v.type != Type::missing) {
        put(fields, columns->items[c].string, std::move(v));
      }
    }
  }
  return series;
}

}  // namespace

std::vector<Series> ask_engine(Host host, const Ref<tw_query>& engine, const std::string& text) {
  tw_request request{};
  request.size = sizeof request;
  request.flags = TW_QUERY_READ_ONLY;
  request.text = str(text);
  request.now_ns = host.now();
  Results results;
  results.out()->size = sizeof(tw_results);
  engine.call(&tw_query::run, &request, &*results);
  std::vector<Series> all;
  for (;;) {
    tw_result table{};
    table.size = sizeof table;
    tw_error error = empty_error();
    if (check(results->next(&*results, &table, &error), error) == TW_DONE) return all;
    struct Stream {
      ArrowArrayStream& raw;
      ~Stream() {
        if (raw.release) raw.release(&raw);
      }
    } stream{table.rows};
    if (table.error.len) throw Error{TW_E_INVALID, string(table.error)};
    if (!table.rows.release) continue;
    Series& series = all.emplace_back();
    series.name = view(table.name);
    for (size_t i = 0; i < table.n_tags; ++i)
      put(series.tags, view(table.tags[i].key), string(table.tags[i].value));
    Schema schema;
    if (table.rows.get_schema(&table.rows, schema.out()) != 0)
      throw Error{TW_E_IO, "the answer has no schema"};
    for (;;) {
      Array rows;
      if (table.rows.get_next(&table.rows, rows.out()) != 0)
        throw Error{TW_E_IO, "the answer broke off"};
      if (!rows) break;
      add_rows(*schema, *rows, series);
    }
  }
}

std::vector<Series> ask_server(const std::string& url, const std::string& text) {
  auto response =
      http::Client{}.get(url + "/query?" + http::encode_query({{"q", text}, {"epoch", "ns"}}));
  Json answer = Json::parse(response.body);
  auto refuse = [](const Json& j) {
    if (j.find("error")) throw Error{TW_E_INVALID, j.text("error")};
  };
  refuse(answer);
  if (response.code / 100 != 2)
    throw Error{TW_E_IO, "GET " + url + "/query answered " + std::to_string(response.code)};
  std::vector<Series> all;
  if (auto* results = answer.find("results"))
    for (auto& result : results->items) {
      refuse(result);
      if (auto* series = result.find("series"))
        for (auto& one : series->items) all.push_back(json_series(one));
    }
  return all;
}

}  // namespace tickwork::stream
