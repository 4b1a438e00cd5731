// SPDX-License-Identifier: MIT
// Durations, quoting and regular expression errors.
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "influxql.hpp"
#include "token.hpp"

namespace tickwork::influxql {

namespace {

constexpr int64_t us = 1000, ms = 1000 * us, second = 1000 * ms, minute = 60 * second,
                  hour = 60 * minute, day = 24 * hour, week = 7 * day;

// The unit at the start of `text`: its length in bytes and its value, or 0.
int64_t unit_at(std::string_view text, size_t& length) {
  length = 1;
  bool followed_by_s = text.size() > 1 && text[1] == 's';
  if (text.substr(0, 2) == "\xC2\xB5") return length = 2, us;
  switch (text[0]) {
    case 'n':
      length = 2;
      return followed_by_s ? 1 : 0;
    case 'u':
      return us;
    case 'm':
      if (followed_by_s) return length = 2, ms;
      return minute;
    case 's':
      return second;
    case 'h':
      return hour;
    case 'd':
      return day;
    case 'w':
      return week;
    default:
      return 0;
  }
}

std::string replace_escapes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == quote) out += '\\';
    out += c;
  }
  return out + quote;
}

// Go prints the fraction of a second without trailing zeros.
std::string seconds_text(int64_t whole, int64_t fraction, int digits) {
  std::string out = std::to_string(whole);
  if (fraction == 0) return out;
  std::string tail = std::to_string(fraction);
  tail.insert(0, static_cast<size_t>(digits) - tail.size(), '0');
  tail.erase(tail.find_last_not_of('0') + 1);
  return out + "." + tail;
}

}  // namespace

bool parse_duration(std::string_view text, int64_t& ns, std::string& error) {
  error = "invalid duration";
  bool negative = !text.empty() && text[0] == '-';
  size_t i = negative || (!text.empty() && text[0] == '+') ? 1 : 0;
  if (i == text.size()) return false;
  uint64_t total = 0;
  while (i < text.size()) {
    int64_t count = 0;
    auto [end, status] = std::from_chars(text.data() + i, text.data() + text.size(), count);
    size_t unit_start = static_cast<size_t>(end - text.data());
    if (text[i] == '-' || status != std::errc{} || unit_start == text.size()) return false;
    size_t length = 0;
    int64_t unit = unit_at(text.substr(unit_start), length);
    if (unit == 0) return false;
    total += static_cast<uint64_t>(count) * static_cast<uint64_t>(unit);
    i = unit_start + length;
  }
  ns = static_cast<int64_t>(negative ? 0 - total : total);
  if (ns < 0 && !negative) {
    error = "overflowed duration " + std::string(text) + ": choose a smaller duration or INF";
    return false;
  }
  error.clear();
  return true;
}

std::string format_duration(int64_t ns) {
  struct Unit {
    int64_t value;
    const char* name;
  };
  static constexpr Unit units[] = {{week, "w"},   {day, "d"}, {hour, "h"}, {minute, "m"},
                                   {second, "s"}, {ms, "ms"}, {us, "u"}};
  if (ns == 0) return "0s";
  for (const Unit& unit : units) {
    if (ns % unit.value == 0) return std::to_string(ns / unit.value) + unit.name;
  }
  return std::to_string(ns) + "ns";
}

std::string format_go_duration(int64_t ns) {
  if (ns == 0) return "0s";
  std::string out = ns < 0 ? "-" : "";
  uint64_t value = ns < 0 ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
  auto part = [&](uint64_t unit, int digits, const char* name) {
    return out +
           seconds_text(static_cast<int64_t>(value / unit), static_cast<int64_t>(value % unit),
                        digits) +
           name;
  };
  if (value < 1000) return out + std::to_string(value) + "ns";
  if (value < static_cast<uint64_t>(ms)) return part(1000, 3, "\xC2\xB5s");
  if (value < static_cast<uint64_t>(second)) return part(static_cast<uint64_t>(ms), 6, "ms");
  uint64_t hours = value / static_cast<uint64_t>(hour);
  uint64_t minutes = value / static_cast<uint64_t>(minute) % 60;
  if (hours > 0) out += std::to_string(hours) + "h";
  if (hours > 0 || minutes > 0) out += std::to_string(minutes) + "m";
  value %= static_cast<uint64_t>(minute);
  return part(static_cast<uint64_t>(second), 9, "s");
}

std::string quote_identifier(std::string_view name) {
  return identifier_needs_quotes(name) || name.empty() ? replace_escapes(name, '"')
                                                       : std::string(name);
}

std::string quote_string(std::string_view text) { return replace_escapes(text, '\''); }

bool is_time_name(std::string_view name) {
  static constexpr std::string_view time = "time";
  return name.size() == 4 && std::equal(name.begin(), name.end(), time.begin(),
                                        [](char a, char b) { return (a | 32) == b; });
}

std::string regex_error(std::string_view source) {
  RE2::Options options;
  options.set_log_errors(false);
  RE2 re(re2::StringPiece(source.data(), source.size()), options);
  if (re.ok()) return "";
  const char* what = "internal error";
  switch (re.error_code()) {
    case RE2::ErrorBadEscape:
      what = "invalid escape sequence";
      break;
    case RE2::ErrorBadCharClass:
      what = "invalid character class";
      break;
    case RE2::ErrorBadCharRange:
      what = "invalid character class range";
      break;
    case RE2::ErrorMissingBracket:
      what = "missing closing ]";
      break;
    case RE2::ErrorMissingParen:
      what = "missing closing )";
      break;
    case RE2::ErrorUnexpectedParen:
      what = "unexpected )";
      break;
    case RE2::ErrorTrailingBackslash:
      what = "trailing backslash at end of expression";
      break;
    case RE2::ErrorRepeatArgument:
      what = "missing argument to repetition operator";
      break;
    case RE2::ErrorRepeatSize:
      what = "invalid repeat count";
      break;
    case RE2::ErrorRepeatOp:
      what = "invalid nested repetition operator";
      break;
    case RE2::ErrorBadPerlOp:
      what = "invalid or unsupported Perl syntax";
      break;
    case RE2::ErrorBadUTF8:
      what = "invalid UTF-8";
      break;
    case RE2::ErrorBadNamedCapture:
      what = "invalid named capture";
      break;
    case RE2::ErrorPatternTooLarge:
      what = "expression too large";
      break;
    default:
      break;
  }
  if (re.error_code() == RE2::ErrorTrailingBackslash) {
    return "error parsing regexp: " + std::string(what) + ": ``";
  }
  std::string argument = re.error_arg();
  return "error parsing regexp: " + std::string(what) + ": `" + argument + "`";
}

}  // namespace tickwork::influxql
