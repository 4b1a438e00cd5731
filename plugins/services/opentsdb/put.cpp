// SPDX-License-Identifier: MIT
#include "put.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "telnet.hpp"

namespace tickwork::opentsdb {

namespace {

namespace json = boost::json;

// Times from here on are milliseconds.
constexpr int64_t first_milliseconds = 10000000000;

struct Refused {};

struct Put {
  std::string metric;
  int64_t time = 0;
  double value = 0;
  std::map<std::string, std::string> tags;
};

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

int64_t integer(const json::value& given) {
  if (const auto* i = given.if_int64()) return *i;
  throw Refused{};
}

double real(const json::value& given) {
  if (!given.is_number()) throw Refused{};
  return given.to_number<double>();
}

std::string text(const json::value& given) {
  if (!given.is_string()) throw Refused{};
  return std::string{std::string_view{given.get_string()}};
}

// Names in any case and null for nothing, as Go reads JSON.
Put read(const json::value& given) {
  Put put;
  if (given.is_null()) return put;
  if (!given.is_object()) throw Refused{};
  for (const auto& member : given.get_object()) {
    const json::value& value = member.value();
    if (value.is_null()) continue;
    if (same(member.key(), "metric")) put.metric = text(value);
    if (same(member.key(), "timestamp")) put.time = integer(value);
    if (same(member.key(), "value")) put.value = real(value);
    if (!same(member.key(), "tags")) continue;
    if (!value.is_object()) throw Refused{};
    for (const auto& tag : value.get_object()) {
      put.tags[std::string{std::string_view{tag.key()}}] =
          tag.value().is_null() ? "" : text(tag.value());
    }
  }
  return put;
}

void add(const Put& put, listener::PointBuffer& points, Row& row, std::string& why) {
  const auto leave_out = [&](const char* text) {
    why = "left out a point of \"" + put.metric.substr(0, 200) + "\": " + text;
  };
  if (put.metric.empty()) return leave_out("it has no metric");
  if (!std::isfinite(put.value)) return leave_out("its value is not finite");
  const bool milliseconds = put.time >= first_milliseconds;
  const int64_t seconds = milliseconds ? put.time / 1000 : put.time;
  if (seconds > latest_s || seconds < -latest_s) {
    return leave_out("its time is out of range");
  }
  row.clear(put.metric).time(time_ns(put.time, milliseconds)).field("value", put.value);
  for (const auto& [key, value] : put.tags) {
    if (!key.empty()) row.tag(key, value);
  }
  points.add(row.raw(), 0);
}

// The first value of the text; what follows it does not matter.
std::optional<json::value> first_value(std::string_view body) {
  json::error_code error;
  json::stream_parser parser;
  parser.write_some(body.data(), body.size(), error);
  if (error || !parser.done()) return std::nullopt;
  return parser.release();
}

}  // namespace

std::string parse_put(std::string_view body, listener::PointBuffer& points, std::string& why) {
  if (body.empty()) return "peek error: EOF";
  const bool many = body[0] == '[';
  if (!many && body[0] != '{') return "expected JSON array or hash";
  const std::string wrong = many ? "json array decode error" : "json object decode error";
  const auto document = first_value(body);
  if (!document) return wrong;
  std::vector<Put> puts;
  try {
    if (many) {
      for (const json::value& one : document->get_array()) puts.push_back(read(one));
    } else {
      puts.push_back(read(*document));
    }
  } catch (const Refused&) {
    return wrong;
  }
  Row row;
  for (const Put& put : puts) add(put, points, row, why);
  return "";
}

}  // namespace tickwork::opentsdb
