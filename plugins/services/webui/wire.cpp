// SPDX-License-Identifier: MIT
#include "wire.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <map>

namespace tickwork::webui {
namespace {

namespace json = boost::json;

constexpr size_t prefix = 8;

size_t padded(size_t size) { return (size + 7) & ~size_t{7}; }

const char* type_name(Column::Type type) {
  switch (type) {
    case Column::Type::time:
      return "time";
    case Column::Type::text:
      return "str";
    case Column::Type::list:
      return "json";
    case Column::Type::number:
      break;
  }
  return "f64";
}

// Appends bytes at an 8-byte boundary and tells where they begin.
size_t append(std::string& buffers, const void* data, size_t size) {
  const size_t at = buffers.size();
  buffers.append(static_cast<const char*>(data), size);
  buffers.resize(padded(buffers.size()), '\0');
  return at;
}

json::array dictionary_of(const std::vector<std::string>& texts, std::vector<uint32_t>& indexes) {
  std::map<std::string_view, uint32_t> known;
  json::array words;
  for (const std::string& text : texts) {
    const auto [entry, fresh] = known.emplace(text, static_cast<uint32_t>(words.size()));
    if (fresh) words.emplace_back(text);
    indexes.push_back(entry->second);
  }
  return words;
}

json::object describe(const Column& column) {
  json::object out{{"name", column.name}, {"type", type_name(column.type)}};
  if (!column.unit.empty()) out["unit"] = column.unit;
  if (!column.config.empty()) out["config"] = json::parse(column.config);
  return out;
}

json::array lists_of(const Column& column) {
  json::array rows;
  for (const auto& list : column.lists) rows.emplace_back(json::array(list.begin(), list.end()));
  return rows;
}

json::object place(const Column& column, std::string& buffers) {
  json::object out = describe(column);
  if (column.type == Column::Type::list) {
    out["at"] = 0;
    out["json"] = lists_of(column);
  } else if (column.type == Column::Type::text) {
    std::vector<uint32_t> indexes;
    out["dictionary"] = dictionary_of(column.texts, indexes);
    out["at"] = append(buffers, indexes.data(), indexes.size() * sizeof(uint32_t));
  } else {
    out["at"] = append(buffers, column.numbers.data(), column.numbers.size() * sizeof(double));
  }
  return out;
}

// The values themselves, for readers without binary.
json::array plain(const Column& column) {
  if (column.type == Column::Type::list) return lists_of(column);
  if (column.type == Column::Type::text)
    return json::array(column.texts.begin(), column.texts.end());
  json::array values;
  for (const double value : column.numbers)
    values.emplace_back(std::isfinite(value) ? json::value(value) : json::value(nullptr));
  return values;
}

json::object head_of(const Message& message) {
  json::object head{{"panel", message.panel}, {"kind", message.kind}, {"asOf", message.as_of_ms}};
  if (message.kind == "append") {
    head["since"] = message.since_ms;
    head["dropBefore"] = message.drop_before_ms;
  }
  if (!message.error.empty()) head["error"] = message.error;
  if (message.reduced) {
    head["reduced"] = true;
    head["read"] = message.read;
  }
  return head;
}

template <class PlaceColumn>
json::array frames_of(const Message& message, PlaceColumn place_column) {
  json::array frames;
  for (const Frame& frame : message.frames) {
    json::array columns;
    for (const Column& column : frame.columns) columns.push_back(place_column(column));
    frames.push_back({{"query", frame.query},
                      {"name", frame.name},
                      {"rows", frame.rows()},
                      {"columns", std::move(columns)}});
  }
  return frames;
}

void put_number(char* to, size_t value) {
  const auto number = static_cast<uint32_t>(value);
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>((number >> (8 * i)) & 0xff);
}

}  // namespace

std::string encode(const Message& message) {
  std::string buffers;
  json::object head = head_of(message);
  head["frames"] = frames_of(message, [&](const Column& column) { return place(column, buffers); });
  std::string text = json::serialize(head);
  text.resize(padded(text.size()), ' ');
  std::string bytes(prefix, '\0');
  put_number(bytes.data(), prefix + text.size() + buffers.size());
  put_number(bytes.data() + 4, text.size());
  return bytes + text + buffers;
}

std::string encode_json(const Message& message) {
  json::object head = head_of(message);
  head["frames"] = frames_of(message, [](const Column& column) {
    json::object out = describe(column);
    out["values"] = plain(column);
    return out;
  });
  return json::serialize(head) + "\n";
}

}  // namespace tickwork::webui
