// SPDX-License-Identifier: MIT
#include "config/quantity.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace tickwork::host {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit time_units[] = {{"ns", 1},          {"us", 1e3},   {"\xc2\xb5s", 1e3},
                               {"\xce\xbcs", 1e3}, {"ms", 1e6},   {"s", 1e9},
                               {"m", 60e9},        {"h", 3600e9}, {"d", 86400e9}};

constexpr Unit size_units[] = {{"", 1},
                               {"b", 1},
                               {"k", 1e3},
                               {"kb", 1e3},
                               {"m", 1e6},
                               {"mb", 1e6},
                               {"g", 1e9},
                               {"gb", 1e9},
                               {"t", 1e12},
                               {"tb", 1e12},
                               {"kib", 1024.},
                               {"mib", 1024. * 1024},
                               {"gib", 1024. * 1024 * 1024},
                               {"tib", 1024. * 1024 * 1024 * 1024}};

bool in_number(char c) { return (c >= '0' && c <= '9') || c == '.'; }

// Takes a decimal number from the front of text.
std::optional<double> take_number(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && in_number(text[n])) ++n;
  if (n == 0) return {};
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + n, value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + n) return {};
  text.remove_prefix(n);
  return value;
}

std::optional<int64_t> to_integer(double value) {
  if (!(std::fabs(value) < 9.2e18)) return {};
  return static_cast<int64_t>(std::llround(value));
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Takes a unit from the front: the letters up to the next digit.
const Unit* take_time_unit(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && !in_number(text[n])) ++n;
  for (const auto& unit : time_units)
    if (unit.name == text.substr(0, n)) {
      text.remove_prefix(n);
      return &unit;
    }
  return nullptr;
}

}  // namespace

std::optional<int64_t> seconds_to_ns(double seconds) { return to_integer(seconds * 1e9); }

std::optional<int64_t> parse_duration(std::string_view text) {
  text = trim(text);
  if (text.empty()) return 0;
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  // Whole nanoseconds are summed up as integers, so that no digit is lost.
  int64_t sum = 0;
  bool first = true;
  do {
    const auto number = take_number(text);
    if (!number) return {};
    const bool bare = text.empty() && first;
    first = false;
    const Unit* unit = bare ? nullptr : take_time_unit(text);
    if (!bare && !unit) return {};
    const auto part = to_integer(*number * (bare ? 1e9 : unit->factor));
    if (!part || *part > std::numeric_limits<int64_t>::max() - sum) return {};
    sum += *part;
  } while (!text.empty());
  return negative ? -sum : sum;
}

std::optional<int64_t> parse_size(std::string_view text) {
  text = trim(text);
  const auto number = take_number(text);
  if (!number) return {};
  std::string unit_name{trim(text)};
  for (char& c : unit_name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const auto& unit : size_units)
    if (unit.name == unit_name) return to_integer(*number * unit.factor);
  return {};
}

}  // namespace tickwork::host
