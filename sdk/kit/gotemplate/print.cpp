// SPDX-License-Identifier: MIT
// Values as text: Go's %v, its durations and times, JSON, HTML escaping.
#include <array>
#include <charconv>
#include <cmath>

#include "kit/gojson/gojson.hpp"
#include "kit/gotemplate/format.hpp"
#include "kit/gotemplate/syntax.hpp"

namespace tickwork::gotemplate {

// The shortest digits, with an exponent below 1e-4 and from 1e6 on: Go's %g without a precision.
std::string print_real(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  std::array<char, 40> digits;
  auto print = [&](std::chars_format format) {
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, format);
    return std::string{digits.data(), end.ptr};
  };
  std::string scientific = print(std::chars_format::scientific);
  int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  return exponent < -4 || exponent >= 6 ? scientific : print(std::chars_format::fixed);
}

std::string print_duration(int64_t ns) {
  if (ns == 0) return "0s";
  std::string sign = ns < 0 ? "-" : "";
  auto u = ns < 0 ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
  auto decimal = [](uint64_t value, uint64_t unit) {
    std::string fraction = std::to_string(unit + value % unit).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return std::to_string(value / unit) + (fraction.empty() ? "" : "." + fraction);
  };
  if (u < 1000) return sign + std::to_string(u) + "ns";
  if (u < 1'000'000) return sign + decimal(u, 1000) + "\xC2\xB5s";
  if (u < 1'000'000'000) return sign + decimal(u, 1'000'000) + "ms";
  uint64_t minutes = u / 60'000'000'000, hours = minutes / 60;
  std::string out = sign;
  if (hours) out += std::to_string(hours) + "h";
  if (minutes) out += std::to_string(minutes % 60) + "m";
  return out + decimal(u % 60'000'000'000, 1'000'000'000) + "s";
}

namespace {

std::string print_entries(const Value& value) {
  std::string out = value.kind == Kind::list ? "[" : value.missing == Missing::error ? "{" : "map[";
  for (size_t i = 0; i < value.entries.size(); ++i) {
    if (i) out += ' ';
    if (value.kind == Kind::map && value.missing != Missing::error)
      out += value.entries[i].first + ":";
    out += print(value.entries[i].second);
  }
  return out + (value.kind == Kind::map && value.missing == Missing::error ? '}' : ']');
}

}  // namespace

std::string print(const Value& value) {
  switch (value.kind) {
    case Kind::none:
      return "<no value>";
    case Kind::boolean:
      return value.integer ? "true" : "false";
    case Kind::integer:
      return std::to_string(value.integer);
    case Kind::real:
      return print_real(value.real);
    case Kind::string:
      return value.text;
    case Kind::time:
      return format_time(value, "2006-01-02 15:04:05.999999999 -0700 MST");
    case Kind::duration:
      return print_duration(value.integer);
    default:
      return print_entries(value);
  }
}

std::string json(const Value& value) {
  std::string out;
  switch (value.kind) {
    case Kind::none:
      return "null";
    case Kind::boolean:
      gojson::append(out, value.integer != 0);
      return out;
    case Kind::integer:
    case Kind::duration:
      gojson::append(out, value.integer);
      return out;
    case Kind::real:
      gojson::append(out, value.real);
      return out;
    case Kind::string:
      gojson::append(out, value.text);
      return out;
    case Kind::time:
      return '"' + gojson::timestamp(value.integer) + '"';
    default:
      break;
  }
  bool map = value.kind == Kind::map;
  out = map ? "{" : "[";
  for (auto& [key, entry] : value.entries) {
    if (out.size() > 1) out += ',';
    if (map) {
      gojson::append(out, key);
      out += ':';
    }
    out += json(entry);
  }
  return out + (map ? '}' : ']');
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '+':
        out += "&#43;";
        break;
      default:
        out += c;
    }
  return out;
}

}  // namespace tickwork::gotemplate
