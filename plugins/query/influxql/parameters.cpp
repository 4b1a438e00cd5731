// SPDX-License-Identifier: MIT
#include "parameters.hpp"

#include <boost/json.hpp>
#include <charconv>

namespace tickwork::query {

using influxql::Parameter;
using influxql::ParameterKind;
using influxql::Parameters;
namespace json = boost::json;

namespace {

[[noreturn]] void fail(const std::string& message) { throw Error{TW_E_INVALID, message}; }

std::string float_text(double v) {
  char text[400];
  auto end = std::to_chars(text, text + sizeof text, v, std::chars_format::fixed).ptr;
  return {text, end};
}

Parameter scalar(const json::value& v) {
  if (v.is_string()) return {ParameterKind::string, std::string(v.get_string())};
  if (v.is_bool()) return {ParameterKind::boolean, v.get_bool() ? "true" : "false"};
  if (v.is_double()) return {ParameterKind::number, float_text(v.get_double())};
  if (v.is_int64()) return {ParameterKind::integer, std::to_string(v.get_int64())};
  if (v.is_uint64()) return {ParameterKind::integer, std::to_string(v.get_uint64())};
  const char* type = v.is_null() ? "<nil>" : "[]interface {}";
  fail(std::string("error parsing query: missing parameter: unable to bind parameter with type ") +
       type);
}

std::string duration_text(const json::value& v) {
  if (v.is_string()) return std::string(v.get_string());
  return std::to_string(v.is_int64() ? v.get_int64() : 0) + "ns";
}

// {"regex": "^a"}: an object with one key says what its value is.
Parameter object(const json::object& o) {
  if (o.size() != 1)
    fail(
        "error parsing query: missing parameter: bound object parameter value must have exactly "
        "one entry");
  std::string kind(o.begin()->key());
  const json::value& v = o.begin()->value();
  if (kind == "duration") return {ParameterKind::duration, duration_text(v)};
  Parameter inner = scalar(v);
  if (kind == "ident" || kind == "identifier")
    inner.kind = ParameterKind::identifier;
  else if (kind == "regex")
    inner.kind = ParameterKind::regex;
  else if (kind == "string")
    inner.kind = ParameterKind::string;
  else if (kind == "float" || kind == "number")
    inner.kind = ParameterKind::number;
  else if (kind == "int" || kind == "integer")
    inner.kind = ParameterKind::integer;
  else
    fail("error parsing query: missing parameter: unknown bind object type: " + kind);
  return inner;
}

Parameter of_field(const tw_value& v) {
  switch (v.type) {
    case TW_FLOAT:
      return {ParameterKind::number, float_text(v.as.f)};
    case TW_INT:
      return {ParameterKind::integer, std::to_string(v.as.i)};
    case TW_UINT:
      return {ParameterKind::integer, std::to_string(v.as.u)};
    case TW_BOOL:
      return {ParameterKind::boolean, v.as.b ? "true" : "false"};
    default:
      return {ParameterKind::string, std::string(v.as.s, v.len)};
  }
}

void add_json(std::string_view text, Parameters& out) {
  boost::system::error_code error;
  json::value parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) fail("error parsing query parameters: " + error.message());
  if (!parsed.is_object()) fail("error parsing query parameters: not a JSON object");
  for (auto& [key, value] : parsed.get_object()) {
    out[std::string(key)] = value.is_object() ? object(value.get_object()) : scalar(value);
  }
}

}  // namespace

Parameters parameters_of(const tw_request& request) {
  Parameters out;
  for (size_t i = 0; i < request.n_params; ++i) {
    out[string(request.params[i].key)] = of_field(request.params[i].value);
  }
  const tw_request* raw = &request;
  if (raw->size >= sizeof *raw && request.params_json.len > 0) {
    add_json(view(request.params_json), out);
  }
  return out;
}

}  // namespace tickwork::query
