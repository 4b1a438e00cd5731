// SPDX-License-Identifier: MIT
// Bound parameters from JSON.
#include <boost/json.hpp>
#include <charconv>

#include "influxql.hpp"

namespace tickwork::influxql {

namespace json = boost::json;

namespace {

struct BindFailure {
  std::string message;
};

[[noreturn]] void fail(const std::string& message) {
  throw BindFailure{"error parsing query: missing parameter: " + message};
}

Parameter scalar(const json::value& v) {
  if (v.is_string()) return {ParameterKind::string, std::string(v.get_string())};
  if (v.is_bool()) return {ParameterKind::boolean, v.get_bool() ? "true" : "false"};
  if (v.is_double()) return {ParameterKind::number, number_text(v.get_double())};
  if (v.is_int64()) return {ParameterKind::integer, std::to_string(v.get_int64())};
  if (v.is_uint64()) return {ParameterKind::integer, std::to_string(v.get_uint64())};
  const char* type = v.is_null() ? "<nil>" : "[]interface {}";
  fail(std::string("unable to bind parameter with type ") + type);
}

std::string duration_text(const json::value& v) {
  if (v.is_string()) return std::string(v.get_string());
  return std::to_string(v.is_int64() ? v.get_int64() : 0) + "ns";
}

// {"regex": "^a"}: an object with one key says what its value is.
Parameter object(const json::object& o) {
  if (o.size() != 1) fail("bound object parameter value must have exactly one entry");
  std::string kind(o.begin()->key());
  const json::value& v = o.begin()->value();
  if (kind == "duration") return {ParameterKind::duration, duration_text(v)};
  Parameter inner = scalar(v);
  if (kind == "ident" || kind == "identifier") {
    inner.kind = ParameterKind::identifier;
  } else if (kind == "regex") {
    inner.kind = ParameterKind::regex;
  } else if (kind == "string") {
    inner.kind = ParameterKind::string;
  } else if (kind == "float" || kind == "number") {
    inner.kind = ParameterKind::number;
  } else if (kind == "int" || kind == "integer") {
    inner.kind = ParameterKind::integer;
  } else {
    fail("unknown bind object type: " + kind);
  }
  return inner;
}

}  // namespace

std::string number_text(double v) {
  char text[400];
  auto end = std::to_chars(text, text + sizeof text, v, std::chars_format::fixed).ptr;
  return {text, end};
}

bool parse_parameters(std::string_view text, Parameters& out, std::string& error) {
  boost::system::error_code failure;
  json::value parsed = json::parse(json::string_view(text.data(), text.size()), failure);
  if (failure || !parsed.is_object()) {
    error = "error parsing query parameters: " +
            (failure ? failure.message() : std::string("not a JSON object"));
    return false;
  }
  try {
    for (auto& [key, value] : parsed.get_object()) {
      out[std::string(key)] = value.is_object() ? object(value.get_object()) : scalar(value);
    }
  } catch (const BindFailure& f) {
    error = f.message;
    return false;
  }
  return true;
}

}  // namespace tickwork::influxql
