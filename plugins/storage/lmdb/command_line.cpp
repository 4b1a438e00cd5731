// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace tickwork::lmdb {
namespace {

constexpr int64_t second = 1'000'000'000;

bool among(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Takes digits from the front; false if there are not as many.
bool take_number(std::string_view& text, size_t digits, int& out) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, out);
  if (error != std::errc{} || end != text.data() + digits || out < 0) return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == any_of.npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, int64_t& ns) {
  if (!take(text, ".")) return true;
  int64_t unit = second / 10;
  bool any = false;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    ns += unit * (text.front() - '0');
    unit /= 10;
    any = true;
  }
  return any;
}

// "Z" or "+01:00", in seconds.
bool take_zone(std::string_view& text, int64_t& offset) {
  if (take(text, "Zz")) return true;
  const bool west = text.starts_with('-');
  int hours = 0, minutes = 0;
  if (!take(text, "+-") || !take_number(text, 2, hours) || !take(text, ":")) return false;
  if (!take_number(text, 2, minutes) || hours > 23 || minutes > 59) return false;
  offset = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

bool read_time(std::string_view text, int64_t& out) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, whole = 0;
  int64_t fraction = 0, offset = 0;
  if (!take_number(text, 4, year) || !take(text, "-") || !take_number(text, 2, month) ||
      !take(text, "-") || !take_number(text, 2, day) || !take(text, "Tt ") ||
      !take_number(text, 2, hour) || !take(text, ":") || !take_number(text, 2, minute) ||
      !take(text, ":") || !take_number(text, 2, whole) || !take_fraction(text, fraction) ||
      !take_zone(text, offset) || !text.empty()) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || whole > 60) return false;
  const int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + whole - offset;
  return !__builtin_mul_overflow(seconds, second, &out) &&
         !__builtin_add_overflow(out, fraction, &out);
}

}  // namespace

CommandLine::CommandLine(const std::vector<std::string_view>& arguments,
                         std::initializer_list<std::string_view> valued,
                         std::initializer_list<std::string_view> flags, size_t n_bare) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--help" || argument == "-h" || argument == "-help") throw HelpWanted{};
    if (!argument.starts_with("-") || argument == "-") {
      bare_.emplace_back(argument);
      continue;
    }
    const size_t equals = std::min(argument.find('='), argument.size());
    std::string name(argument.substr(0, equals));
    if (!name.starts_with("--")) name = "-" + name;
    const bool has_value = equals < argument.size();
    if (among(name, flags) && !has_value) {
      given_[name] = "";
    } else if (among(name, valued) && has_value) {
      given_[name] = argument.substr(equals + 1);
    } else if (among(name, valued) && i + 1 < arguments.size()) {
      given_[name] = arguments[++i];
    } else if (among(name, valued)) {
      throw UsageError{name + " needs a value"};
    } else {
      throw UsageError{"there is no option " + std::string(argument)};
    }
  }
  if (bare_.size() < n_bare) throw UsageError{"an argument is missing"};
  if (bare_.size() > n_bare) throw UsageError{"too many arguments: " + bare_[n_bare]};
}

std::string CommandLine::text(std::string_view option) const {
  const auto it = given_.find(option);
  return it == given_.end() ? std::string() : it->second;
}

int64_t parse_time(const std::string& option, const std::string& text) {
  int64_t ns = 0;
  if (!read_time(text, ns)) {
    throw UsageError{option + " is \"" + text +
                     "\"; write a time of the years 1678 to 2262 such as 2024-01-31T12:00:00Z"};
  }
  return ns;
}

std::string format_time(int64_t ns) {
  const date::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds{ns}};
  return date::format("%FT%TZ", date::floor<std::chrono::seconds>(time));
}

}  // namespace tickwork::lmdb
