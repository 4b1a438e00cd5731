// SPDX-License-Identifier: MIT
// Strings, numbers and times in Go's notation.
#include "kit/gojson/gojson.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace tickwork::gojson {
namespace {

/// Length of the valid UTF-8 sequence at the front of text, 0 when it is none.
size_t sequence(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(0);
  size_t n = lead < 0x80                   ? 1
             : lead >= 0xC2 && lead < 0xE0 ? 2
             : (lead & 0xF0) == 0xE0       ? 3
             : lead >= 0xF0 && lead < 0xF5 ? 4
                                           : 0;
  if (n == 0 || n > text.size()) return 0;
  for (size_t i = 1; i < n; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (n == 3 && ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F))) return 0;
  if (n == 4 && ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F))) return 0;
  return n;
}

/// Bytes that stand for themselves in a text.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> out{};
  for (size_t c = 0x20; c < 0x80; ++c) out[c] = true;
  for (const char c : {'"', '\\', '<', '>', '&'}) out[static_cast<size_t>(c)] = false;
  return out;
}();

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (c >= 0x20 && c != '<' && c != '>' && c != '&') {
    out += c;
    return;
  }
  char escaped[8];
  std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
  out += escaped;
}

}  // namespace

void append(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    size_t run = 0;
    while (run < text.size() && plain[static_cast<unsigned char>(text[run])]) ++run;
    out.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) break;
    size_t n = sequence(text);
    auto part = text.substr(0, n);
    if (n == 0)
      out += "\\ufffd";
    else if (n == 1)
      append_ascii(out, text[0]);
    else if (part == "\xE2\x80\xA8")
      out += "\\u2028";
    else if (part == "\xE2\x80\xA9")
      out += "\\u2029";
    else
      out += part;
    text.remove_prefix(n == 0 ? 1 : n);
  }
  out += '"';
}

namespace {

// Large numbers have only their shortest digits in Go, then zeros; to_chars would print them all.
std::string shortest_whole(double value) {
  std::array<char, 32> buffer;
  auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                           std::chars_format::scientific);
  std::string_view text{buffer.data(), static_cast<size_t>(end.ptr - buffer.data())};
  size_t e = text.find('e');
  int power = 0;
  std::from_chars(text.data() + e + 2, text.data() + text.size(), power);
  std::string digits{text.substr(0, e)};
  size_t sign = digits[0] == '-' ? 1 : 0;
  if (size_t point = digits.find('.'); point != std::string::npos) digits.erase(point, 1);
  size_t whole = sign + 1 + static_cast<size_t>(power);
  if (digits.size() < whole) return digits.append(whole - digits.size(), '0');
  if (digits.size() > whole) digits.insert(whole, 1, '.');
  return digits;
}

}  // namespace

void append(std::string& out, double value) {
  double size = std::abs(value);
  if (size < 1e15 && size != 0 && std::trunc(value) == value) {
    return append(out, static_cast<int64_t>(value));
  }
  bool exponent = size != 0 && (size < 1e-6 || size >= 1e21);
  std::array<char, 32> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                           exponent ? std::chars_format::scientific : std::chars_format::fixed);
  std::string_view text{digits.data(), static_cast<size_t>(end.ptr - digits.data())};
  // Go cleans up e-09 to e-9.
  if (auto n = text.size();
      exponent && n >= 4 && text[n - 4] == 'e' && text[n - 3] == '-' && text[n - 2] == '0')
    out.append(text.substr(0, n - 2)) += text[n - 1];
  else if (size >= 1e15 && !exponent)
    out += shortest_whole(value);
  else
    out += text;
}

void append(std::string& out, int64_t value) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr);
}
void append(std::string& out, bool value) { out += value ? "true" : "false"; }

bool finite(double value) { return std::isfinite(value); }

namespace {

// Puts n digits of value before end.
void put_digits(char* end, size_t n, int64_t value) {
  for (size_t i = 0; i < n; ++i, value /= 10) *--end = static_cast<char>('0' + value % 10);
}

// The date of a day since 1970 in the Gregorian calendar: years begin in March, so that the leap
// day comes last.
void put_date(char* out, int64_t day) {
  day += 719'468;  // since 1 March of year 0
  const int64_t era = day / 146'097, of_era = day % 146'097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t from_march = (5 * of_year + 2) / 153;
  const int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
  put_digits(out + 4, 4, era * 400 + year_of_era + (month <= 2));
  put_digits(out + 7, 2, month);
  put_digits(out + 10, 2, of_year - (153 * from_march + 2) / 5 + 1);
}

}  // namespace

// Times in nanoseconds lie between 1677 and 2262.
void append_timestamp(std::string& out, int64_t nanoseconds) {
  constexpr int64_t second = 1'000'000'000, day = 86'400;
  int64_t fraction = nanoseconds % second;
  if (fraction < 0) fraction += second;
  int64_t seconds = nanoseconds / second - (nanoseconds % second < 0);
  int64_t of_day = seconds % day;
  if (of_day < 0) of_day += day;
  char text[] = "0000-00-00T00:00:00.000000000";
  put_date(text, (seconds - of_day) / day);
  put_digits(text + 13, 2, of_day / 3600);
  put_digits(text + 16, 2, of_day / 60 % 60);
  put_digits(text + 19, 2, of_day % 60);
  size_t n = 19;
  if (fraction != 0) {
    put_digits(text + 29, 9, fraction);
    for (n = 29; text[n - 1] == '0';) --n;
  }
  out.append(text, n) += 'Z';
}

std::string timestamp(int64_t nanoseconds) {
  std::string out;
  append_timestamp(out, nanoseconds);
  return out;
}

bool parse_timestamp(std::string_view text, int64_t& nanoseconds) {
  std::string copy{text};
  std::tm utc{};
  int used = 0;
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &utc.tm_year, &utc.tm_mon,
                  &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &used) != 6)
    return false;
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  std::string_view rest = text.substr(static_cast<size_t>(used));
  int64_t fraction = 0;
  if (rest.starts_with('.')) {
    size_t i = 1;
    for (int64_t unit = 100'000'000; i < rest.size() && rest[i] >= '0' && rest[i] <= '9';
         ++i, unit /= 10)
      fraction += (rest[i] - '0') * unit;
    rest.remove_prefix(i);
  }
  int hours = 0, minutes = 0;
  char sign = '+';
  if (rest != "Z" &&
      std::sscanf(std::string{rest}.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3)
    return false;
  int64_t offset = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  nanoseconds = (timegm(&utc) - offset) * 1'000'000'000 + fraction;
  return true;
}

}  // namespace tickwork::gojson
