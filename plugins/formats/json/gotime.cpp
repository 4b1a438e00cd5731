// SPDX-License-Identifier: MIT
#include "gotime.hpp"

#include <date/tz.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>

namespace tickwork::gotime {
namespace {

constexpr int64_t ns_per_second = 1000000000;
constexpr const char* months[] = {"January",   "February", "March",    "April",
                                  "May",       "June",     "July",     "August",
                                  "September", "October",  "November", "December"};
constexpr const char* days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                "Thursday", "Friday", "Saturday"};

// Names that stand for layouts.
std::string_view layout_of(std::string_view name) {
  if (name == "ANSIC") return "Mon Jan _2 15:04:05 2006";
  if (name == "UnixDate") return "Mon Jan _2 15:04:05 MST 2006";
  if (name == "RubyDate") return "Mon Jan 02 15:04:05 -0700 2006";
  if (name == "RFC822") return "02 Jan 06 15:04 MST";
  if (name == "RFC822Z") return "02 Jan 06 15:04 -0700";
  if (name == "RFC850") return "Monday, 02-Jan-06 15:04:05 MST";
  if (name == "RFC1123") return "Mon, 02 Jan 2006 15:04:05 MST";
  if (name == "RFC1123Z") return "Mon, 02 Jan 2006 15:04:05 -0700";
  if (name == "RFC3339" || name == "RFC3339Nano") return "2006-01-02T15:04:05Z07:00";
  return name;
}

enum class Part {
  none,
  year,
  year2,
  month,
  month1,
  month_name,
  month_short,
  day,
  day1,
  day_blank,
  weekday,
  weekday_short,
  hour,
  hour12,
  hour12_1,
  minute,
  minute1,
  second,
  second1,
  fraction,
  half,
  offset,
  offset_colon,
  zulu,
  zulu_plain,
  zone
};
struct Token {
  std::string_view text;
  Part part;
};
// Longer spellings first, where one begins another.
constexpr Token tokens[] = {{"2006", Part::year},
                            {"January", Part::month_name},
                            {"Jan", Part::month_short},
                            {"Monday", Part::weekday},
                            {"Mon", Part::weekday_short},
                            {"MST", Part::zone},
                            {"Z07:00", Part::zulu},
                            {"Z0700", Part::zulu_plain},
                            {"-07:00", Part::offset_colon},
                            {"-0700", Part::offset},
                            {"01", Part::month},
                            {"02", Part::day},
                            {"03", Part::hour12},
                            {"04", Part::minute},
                            {"05", Part::second},
                            {"06", Part::year2},
                            {"15", Part::hour},
                            {"_2", Part::day_blank},
                            {"PM", Part::half},
                            {"1", Part::month1},
                            {"2", Part::day1},
                            {"3", Part::hour12_1},
                            {"4", Part::minute1},
                            {"5", Part::second1}};

// ".000", ",999": a fraction, only behind the seconds.
size_t fraction_length(std::string_view layout) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',')) return 0;
  if (layout[1] != '0' && layout[1] != '9') return 0;
  size_t end = 1;
  while (end < layout.size() && layout[end] == layout[1]) ++end;
  return end < layout.size() && layout[end] >= '0' && layout[end] <= '9' ? 0 : end;
}

Token next(std::string_view layout) {
  if (const size_t n = fraction_length(layout)) return {layout.substr(0, n), Part::fraction};
  for (const Token& token : tokens) {
    if (layout.starts_with(token.text)) return token;
  }
  return {layout.substr(0, 1), Part::none};
}

struct Moment {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int64_t ns = 0;
  std::optional<int> offset;  // seconds east
  bool afternoon = false, half = false;
};

// At least one, at most `most` digits; with exact all of them.
bool number(std::string_view& text, size_t most, bool exact, int& value) {
  size_t n = 0;
  value = 0;
  while (n < most && n < text.size() && text[n] >= '0' && text[n] <= '9') {
    value = value * 10 + (text[n++] - '0');
  }
  text.remove_prefix(n);
  return n > 0 && (!exact || n == most);
}

template <size_t N>
bool name(std::string_view& text, const char* const (&names)[N], bool shortened, int& index) {
  for (size_t i = 0; i < N; ++i) {
    const auto want = std::string_view{names[i]}.substr(0, shortened ? 3 : std::string_view::npos);
    if (!text.starts_with(want)) continue;
    text.remove_prefix(want.size());
    index = static_cast<int>(i);
    return true;
  }
  return false;
}

bool read_fraction(std::string_view& text, int64_t& ns) {
  if (text.empty() || (text[0] != '.' && text[0] != ',')) return true;
  text.remove_prefix(1);
  int64_t unit = ns_per_second / 10;
  ns = 0;
  size_t n = 0;
  for (; n < text.size() && text[n] >= '0' && text[n] <= '9'; ++n, unit /= 10) {
    ns += (text[n] - '0') * unit;
  }
  text.remove_prefix(n);
  return n > 0;
}

bool read_offset(std::string_view& text, bool colon, bool zulu, std::optional<int>& offset) {
  if (zulu && text.starts_with('Z')) {
    text.remove_prefix(1);
    offset = 0;
    return true;
  }
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!number(text, 2, true, hours)) return false;
  if (colon) {
    if (!text.starts_with(':')) return false;
    text.remove_prefix(1);
  }
  if (!number(text, 2, true, minutes)) return false;
  offset = sign * (hours * 3600 + minutes * 60);
  return true;
}

// Only names that say what they mean; others count as UTC, as Go does without a zone of that name.
bool read_zone(std::string_view& text, std::optional<int>& offset) {
  size_t n = 0;
  while (n < text.size() && text[n] >= 'A' && text[n] <= 'Z') ++n;
  text.remove_prefix(n);
  offset = 0;
  return n >= 3;
}

bool read_part(Part part, std::string_view& text, Moment& m) {
  int ignored = 0;
  switch (part) {
    case Part::year:
      return number(text, 4, true, m.year);
    case Part::year2:
      if (!number(text, 2, true, m.year)) return false;
      m.year += m.year >= 69 ? 1900 : 2000;
      return true;
    case Part::month:
      return number(text, 2, true, m.month);
    case Part::month1:
      return number(text, 2, false, m.month);
    case Part::month_name:
    case Part::month_short:
      if (!name(text, months, part == Part::month_short, m.month)) return false;
      ++m.month;
      return true;
    case Part::day:
      return number(text, 2, true, m.day);
    case Part::day_blank:
      if (text.starts_with(' ')) text.remove_prefix(1);
      return number(text, 2, false, m.day);
    case Part::day1:
      return number(text, 2, false, m.day);
    case Part::weekday:
      return name(text, days, false, ignored);
    case Part::weekday_short:
      return name(text, days, true, ignored);
    case Part::hour:
      return number(text, 2, true, m.hour);
    case Part::hour12:
      m.half = true;
      return number(text, 2, true, m.hour);
    case Part::hour12_1:
      m.half = true;
      return number(text, 2, false, m.hour);
    case Part::minute:
      return number(text, 2, true, m.minute);
    case Part::minute1:
      return number(text, 2, false, m.minute);
    case Part::second:
      return number(text, 2, true, m.second);
    case Part::second1:
      return number(text, 2, false, m.second);
    case Part::fraction:
      return read_fraction(text, m.ns);
    case Part::half:
      if (!text.starts_with("PM") && !text.starts_with("AM")) return false;
      m.afternoon = text[0] == 'P';
      text.remove_prefix(2);
      return true;
    case Part::offset:
      return read_offset(text, false, false, m.offset);
    case Part::offset_colon:
      return read_offset(text, true, false, m.offset);
    case Part::zulu:
      return read_offset(text, true, true, m.offset);
    case Part::zulu_plain:
      return read_offset(text, false, true, m.offset);
    case Part::zone:
      return read_zone(text, m.offset);
    default:
      return false;
  }
}

bool read(std::string_view layout, std::string_view text, Moment& m) {
  while (!layout.empty()) {
    const auto [token, part] = next(layout);
    layout.remove_prefix(token.size());
    if (part == Part::none) {
      if (!text.starts_with(token)) return false;
      text.remove_prefix(1);
      continue;
    }
    if (!read_part(part, text, m)) return false;
    // A fraction behind the seconds is read even where the layout has none, as in Go.
    const bool seconds = part == Part::second || part == Part::second1;
    if (seconds && fraction_length(layout) == 0 && !read_fraction(text, m.ns)) return false;
  }
  if (m.half) m.hour = m.hour % 12 + (m.afternoon ? 12 : 0);
  return text.empty() && m.hour < 24 && m.minute < 60 && m.second < 60;
}

bool parse_layout(std::string_view layout, std::string_view text, const std::string& zone,
                  int64_t& ns) {
  Moment m;
  if (!read(layout, text, m)) return false;
  const auto day = date::year{m.year} / m.month / m.day;
  if (!day.ok()) return false;
  const auto local = date::local_days{day} + std::chrono::hours{m.hour} +
                     std::chrono::minutes{m.minute} + std::chrono::seconds{m.second};
  std::chrono::seconds since = local.time_since_epoch();
  if (m.offset) {
    since -= std::chrono::seconds{*m.offset};
  } else if (!zone.empty() && zone != "UTC") {
    const auto* place = zone == "Local" ? date::current_zone() : date::locate_zone(zone);
    since = place->to_sys(local, date::choose::earliest).time_since_epoch();
  }
  return !__builtin_mul_overflow(since.count(), ns_per_second, &ns) &&
         !__builtin_add_overflow(ns, m.ns, &ns);
}

bool parse_unix(std::string_view text, int64_t unit, int64_t& ns) {
  int64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, whole);
  if (error == std::errc{} && rest == end) return !__builtin_mul_overflow(whole, unit, &ns);
  double value = 0;
  const auto [last, problem] = std::from_chars(text.data(), end, value);
  const double scaled = value * static_cast<double>(unit);
  if (problem != std::errc{} || last != end || !(std::abs(scaled) < 9.2e18)) return false;
  // Digits as written, so that 1.5 and 0.1 seconds are exact.
  const double whole_part = std::trunc(value);
  ns = static_cast<int64_t>(whole_part) * unit +
       static_cast<int64_t>(std::llround((value - whole_part) * static_cast<double>(unit)));
  return true;
}

}  // namespace

bool parse(std::string_view format, std::string_view text, const std::string& zone, int64_t& ns) {
  if (format == "unix") return parse_unix(text, ns_per_second, ns);
  if (format == "unix_ms") return parse_unix(text, 1000000, ns);
  if (format == "unix_us") return parse_unix(text, 1000, ns);
  if (format == "unix_ns") return parse_unix(text, 1, ns);
  try {
    return parse_layout(layout_of(format), text, zone, ns);
  } catch (const std::runtime_error&) {  // no such zone
    return false;
  }
}

std::string format(std::string_view layout, int64_t ns) {
  const auto time = date::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{ns}};
  const auto midnight = date::floor<date::days>(time);
  const date::year_month_day day{midnight};
  const date::hh_mm_ss clock{time - midnight};
  const int year = static_cast<int>(day.year());
  const auto month = static_cast<unsigned>(day.month());
  const auto mday = static_cast<unsigned>(day.day());
  const unsigned weekday = date::weekday{midnight}.c_encoding();
  const auto hour = static_cast<int>(clock.hours().count());
  const auto minute = static_cast<int>(clock.minutes().count());
  const auto seconds = static_cast<int>(clock.seconds().count());
  const int half = hour % 12 == 0 ? 12 : hour % 12;
  std::string out;
  const auto put = [&out](const char* how, int value) {
    char text[32];
    std::snprintf(text, sizeof text, how, value);
    out += text;
  };
  const bool nano = layout == "RFC3339Nano";
  layout = nano ? "2006-01-02T15:04:05.999999999Z07:00" : layout_of(layout);
  while (!layout.empty()) {
    const auto [token, part] = next(layout);
    layout.remove_prefix(token.size());
    switch (part) {
      case Part::year:
        put("%04d", year);
        break;
      case Part::year2:
        put("%02d", year % 100);
        break;
      case Part::month:
        put("%02d", static_cast<int>(month));
        break;
      case Part::month1:
        put("%d", static_cast<int>(month));
        break;
      case Part::month_name:
        out += months[month - 1];
        break;
      case Part::month_short:
        out.append(months[month - 1], 3);
        break;
      case Part::day:
        put("%02d", static_cast<int>(mday));
        break;
      case Part::day1:
        put("%d", static_cast<int>(mday));
        break;
      case Part::day_blank:
        put("%2d", static_cast<int>(mday));
        break;
      case Part::weekday:
        out += days[weekday];
        break;
      case Part::weekday_short:
        out.append(days[weekday], 3);
        break;
      case Part::hour:
        put("%02d", hour);
        break;
      case Part::hour12:
        put("%02d", half);
        break;
      case Part::hour12_1:
        put("%d", half);
        break;
      case Part::minute:
        put("%02d", minute);
        break;
      case Part::minute1:
        put("%d", minute);
        break;
      case Part::second:
        put("%02d", seconds);
        break;
      case Part::second1:
        put("%d", seconds);
        break;
      case Part::fraction: {
        char digits[16];
        std::snprintf(digits, sizeof digits, "%09d", static_cast<int>(clock.subseconds().count()));
        std::string text = token[0] + std::string{digits}.substr(0, token.size() - 1);
        while (token[1] == '9' && text.back() == '0') text.pop_back();
        if (text.size() > 1) out += text;
        break;
      }
      case Part::half:
        out += hour < 12 ? "AM" : "PM";
        break;
      case Part::offset:
        out += "+0000";
        break;
      case Part::offset_colon:
        out += "+00:00";
        break;
      case Part::zulu:
      case Part::zulu_plain:
        out += "Z";
        break;
      case Part::zone:
        out += "UTC";
        break;
      default:
        out += token;
    }
  }
  return out;
}

}  // namespace tickwork::gotime
