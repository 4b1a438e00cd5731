// SPDX-License-Identifier: MIT
// formats.json: JSON documents as a data_format, parser and serializer.
#include <fnmatch.h>
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <deque>
#include <tickwork/tickwork.hpp>

#include "gotime.hpp"
#include "kit/gojson/gojson.hpp"

namespace {

using namespace tickwork;
namespace json = boost::json;

struct ParserSettings {
  std::string name, query, name_key, time_key, time_format, zone;
  std::vector<std::string> tag_keys, string_fields;
  bool strict = true;
};

bool matches(const std::vector<std::string>& patterns, const std::string& key) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), key.c_str(), 0) == 0;
  });
}

std::string number_text(const json::value& value) {
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  char text[400];
  const auto [end, error] =
      std::to_chars(text, text + sizeof text, value.get_double(), std::chars_format::fixed);
  return {text, end};
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string{value.get_string().c_str(), value.get_string().size()};
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  return number_text(value);
}

using Flat = std::vector<std::pair<std::string, const json::value*>>;

// Keys of nested objects joined by "_", elements of arrays by their index.
void flatten(const std::string& name, const json::value& value, Flat& out) {
  const std::string prefix = name.empty() ? "" : name + "_";
  if (const auto* object = value.if_object()) {
    for (const auto& [key, inner] : *object) flatten(prefix + std::string{key}, inner, out);
  } else if (const auto* array = value.if_array()) {
    for (size_t i = 0; i < array->size(); ++i)
      flatten(prefix + std::to_string(i), (*array)[i], out);
  } else if (!value.is_null() && !name.empty()) {
    out.emplace_back(name, &value);
  }
}

// Paths with dots: keys, indices, and "#" for every element.
json::value select(const json::value& value, std::string_view path) {
  if (path.empty()) return value;
  const size_t dot = path.find('.');
  const auto part = path.substr(0, dot);
  const auto rest = dot == path.npos ? std::string_view{} : path.substr(dot + 1);
  if (const auto* object = value.if_object()) {
    const auto* inner = object->if_contains({part.data(), part.size()});
    return inner == nullptr ? json::value{} : select(*inner, rest);
  }
  const auto* array = value.if_array();
  if (array == nullptr) return {};
  if (part == "#") {
    json::array all;
    for (const auto& element : *array) {
      auto found = select(element, rest);
      if (!found.is_null()) all.push_back(std::move(found));
    }
    return all;
  }
  size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc{} || index >= array->size()) return {};
  return select((*array)[index], rest);
}

class JsonParser {
 public:
  explicit JsonParser(ParserSettings settings) : settings_{std::move(settings)} {}

  size_t parse(std::string_view text, Sink sink) {
    if (text.find_first_not_of(" \t\r\n") == text.npos) return text.size();
    json::error_code error;
    json::value document = json::parse({text.data(), text.size()}, error);
    if (error) throw Error{TW_E_INVALID, "cannot parse JSON: " + error.message()};
    if (!settings_.query.empty()) document = select(document, settings_.query);
    if (const auto* array = document.if_array()) {
      for (const auto& element : *array) add_element(element, sink);
    } else if (!document.is_null()) {
      add(document, sink);
    }
    return text.size();
  }

 private:
  void add_element(const json::value& element, Sink sink) {
    if (settings_.strict) return add(element, sink);
    try {
      add(element, sink);
    } catch (const Error&) {  // json_strict = false: the others count
    }
  }

  void add(const json::value& value, Sink sink) {
    if (!value.is_object()) {
      throw Error{TW_E_INVALID, "JSON: expected an object or an array of objects"};
    }
    Flat flat;
    flatten("", value, flat);
    texts_.clear();
    std::string name = settings_.name;
    int64_t time = TW_NOW;
    if (const auto* found = take(flat, settings_.name_key)) name = text_of(*found);
    if (!settings_.time_key.empty()) time = time_of(flat);
    row_.clear(name).time(time);
    for (const auto& [key, inner] : flat) add_value(key, *inner);
    if (row_.has_fields()) sink.add(row_);
  }

  static const json::value* take(Flat& flat, const std::string& key) {
    const auto at = std::find_if(flat.begin(), flat.end(),
                                 [&](const auto& entry) { return entry.first == key; });
    if (key.empty() || at == flat.end()) return nullptr;
    const json::value* const value = at->second;
    flat.erase(at);
    return value;
  }

  int64_t time_of(Flat& flat) {
    const auto* value = take(flat, settings_.time_key);
    if (value == nullptr) {
      throw Error{TW_E_INVALID, "JSON: time key \"" + settings_.time_key + "\" is missing"};
    }
    int64_t time = 0;
    const std::string text = text_of(*value);
    if (gotime::parse(settings_.time_format, text, settings_.zone, time)) return time;
    throw Error{TW_E_INVALID, "JSON: \"" + text + "\" is no time of the format \"" +
                                  settings_.time_format + "\""};
  }

  void add_value(const std::string& key, const json::value& value) {
    if (matches(settings_.tag_keys, key)) {
      texts_.push_back(text_of(value));
      row_.tag(key, texts_.back());
    } else if (value.is_number()) {
      row_.field(key, value.to_number<double>());
    } else if (matches(settings_.string_fields, key)) {
      texts_.push_back(text_of(value));
      if (value.is_bool()) {
        row_.field(key, value.get_bool());
      } else {
        row_.field(key, texts_.back());
      }
    }
  }

  ParserSettings settings_;
  Row row_;
  std::deque<std::string> texts_;  // what the row borrows
};

ParserSettings parser_settings(const Config& config) {
  ParserSettings settings{config.str("default_name"),     config.str("json_query"),
                          config.str("json_name_key"),    config.str("json_time_key"),
                          config.str("json_time_format"), config.str("json_timezone"),
                          config.strings("tag_keys"),     config.strings("json_string_fields"),
                          config.boolean("json_strict")};
  if (!settings.time_key.empty() && settings.time_format.empty()) {
    throw Error{TW_E_INVALID, "json_time_key needs json_time_format"};
  }
  return settings;
}

class Json {
 public:
  Json(Host host, Config config)
      : host_{host},
        parser_{parser_settings(config)},
        unit_ns_{power_of_ten(config.num("json_timestamp_units"))},
        time_format_{config.str("json_timestamp_format")} {}

  size_t parse(std::string_view text, bool final, Sink sink) {
    return final ? parser_.parse(text, sink) : 0;  // a document is known to end only then
  }

  void serialize(Batch batch, Writer writer) {
    std::string out;
    if (batch.size() != 1) out += "{\"metrics\":[";
    for (const tw_point& point : batch) {
      if (&point != batch.begin()) out += ',';
      append(out, point);
    }
    if (batch.size() != 1) out += "]}";
    out += '\n';
    writer.write(out);
  }

 private:
  // 2s is 1s, 30ms is 10ms.
  static int64_t power_of_ten(int64_t ns) {
    int64_t unit = 1;
    while (ns >= unit * 10) unit *= 10;
    return unit;
  }

  void append(std::string& out, const tw_point& point) const {
    out += "{\"fields\":{";
    std::vector<tw_field> sorted(point.fields, point.fields + point.n_fields);
    std::erase_if(sorted, [](const tw_field& field) {
      return field.value.type == TW_FLOAT && !std::isfinite(field.value.as.f);
    });
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return view(a.key) < view(b.key); });
    for (const tw_field& field : sorted) {
      gojson::append(out, view(field.key));
      out += ':';
      append_value(out, field.value);
      out += ',';
    }
    close(out, "},\"name\":");
    gojson::append(out, view(point.name));
    out += ",\"tags\":{";
    for (const tw_tag& tag : tags(point)) {
      gojson::append(out, view(tag.key));
      out += ':';
      gojson::append(out, view(tag.value));
      out += ',';
    }
    close(out, "},\"timestamp\":");
    const int64_t time = point.time_ns == TW_NOW ? host_.now() : point.time_ns;
    if (time_format_.empty()) {
      gojson::append(out, time / unit_ns_);
    } else {
      gojson::append(out, std::string_view{gotime::format(time_format_, time)});
    }
    out += '}';
  }

  static void close(std::string& out, std::string_view text) {
    if (out.back() == ',') out.pop_back();
    out += text;
  }

  static void append_value(std::string& out, const tw_value& value) {
    switch (value.type) {
      case TW_FLOAT:
        return gojson::append(out, value.as.f);
      case TW_INT:
        return gojson::append(out, value.as.i);
      case TW_UINT:
        out += std::to_string(value.as.u);
        return;
      case TW_BOOL:
        return gojson::append(out, value.as.b);
      default:
        return gojson::append(out, text(value));
    }
  }

  Host host_;
  JsonParser parser_;
  int64_t unit_ns_;
  std::string time_format_;
};

constexpr tw_option options[] = {
    {"default_name", TW_OPT_STRING, 0, "\"json\"", "Measurement; inputs give their own name"},
    {"json_strict", TW_OPT_BOOL, 0, "true", "One bad element of an array refuses the document"},
    {"json_query", TW_OPT_STRING, 0, "\"\"", "Part to read: keys, indices and # with dots between"},
    {"tag_keys", TW_OPT_STRING, TW_LIST, "[]", "Keys that become tags, with wildcards"},
    {"json_string_fields", TW_OPT_STRING, TW_LIST, "[]",
     "Keys of strings and booleans to keep, with wildcards"},
    {"json_name_key", TW_OPT_STRING, 0, "\"\"", "Key that holds the measurement"},
    {"json_time_key", TW_OPT_STRING, 0, "\"\"", "Key that holds the time"},
    {"json_time_format", TW_OPT_STRING, 0, "\"\"",
     "unix, unix_ms, unix_us, unix_ns, or a layout of Go (\"2006-01-02 15:04:05\")"},
    {"json_timezone", TW_OPT_STRING, 0, "\"\"", "Zone of layouts without offset; empty: UTC"},
    {"json_timestamp_units", TW_OPT_DURATION, 0, "\"1s\"", "Unit of written times"},
    {"json_timestamp_format", TW_OPT_STRING, 0, "\"\"", "Layout of written times instead"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.formats.json", "0.1.0", "MIT",
                tickwork::plugin<Json>("formats.json", "JSON documents", options));
