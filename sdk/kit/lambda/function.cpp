// SPDX-License-Identifier: MIT
// The built-in functions. Arguments were checked against the signatures before a call.
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

#include "kit/lambda/step.hpp"

namespace tickwork::lambda {
namespace {

using Signatures = std::vector<std::string_view>;

// ---- conversion ----

bool to_bool(const Call& c, Value& out) {
  const Value& v = c.args[0];
  if (v.type == Type::string) {
    for (auto yes : {"1", "t", "T", "TRUE", "true", "True"})
      if (v.text == yes) return out = Value::of(true), true;
    for (auto no : {"0", "f", "F", "FALSE", "false", "False"})
      if (v.text == no) return out = Value::of(false), true;
    return c.in.fail("cannot convert string \"" + v.text + "\" to bool");
  }
  double number = v.type == Type::boolean ? static_cast<double>(v.integer) : v.as_real();
  if (number != 0 && number != 1)
    return c.in.fail("cannot convert " + plain(number) + " to bool, only 0 and 1 can be");
  out = Value::of(number != 0);
  return true;
}

template <class Number>
bool parse(const Call& c, Value& out) {
  const std::string& text = c.args[0].text;
  Number number{};
  const char* first = text.data() + (text.size() > 1 && text[0] == '+');
  auto [end, error] = std::from_chars(first, text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty())
    return c.in.fail("cannot convert string \"" + text + "\" to " +
                     (std::is_same_v<Number, double> ? "float" : "int"));
  out = Value::of(number);
  return true;
}

bool to_int(const Call& c, Value& out) {
  const Value& v = c.args[0];
  if (v.type == Type::string) return parse<int64_t>(c, out);
  if (v.type != Type::real) return out = Value::of(v.integer), true;
  bool fits = std::isfinite(v.real) && std::abs(v.real) < 9.2233720368547748e18;
  out = Value::of(fits ? static_cast<int64_t>(v.real) : INT64_MIN);
  return true;
}

bool to_float(const Call& c, Value& out) {
  if (c.args[0].type == Type::string) return parse<double>(c, out);
  const Value& v = c.args[0];
  out = Value::of(v.type == Type::real ? v.real : static_cast<double>(v.integer));
  return true;
}

bool to_string(const Call& c, Value& out) {
  const Value& v = c.args[0];
  switch (v.type) {
    case Type::boolean:
      out = Value::of(std::string{v.integer ? "true" : "false"});
      break;
    case Type::integer:
      out = Value::of(std::to_string(v.integer));
      break;
    case Type::real:
      out = Value::of(plain(v.real));
      break;
    case Type::duration:
      out = Value::of(tickscript::format_duration(v.integer));
      break;
    default:
      out = v;
  }
  return true;
}

bool to_duration(const Call& c, Value& out) {
  const Value& v = c.args[0];
  if (v.type == Type::duration) return out = v, true;
  if (v.type == Type::string) {
    int64_t ns = 0;
    if (!tickscript::parse_duration(v.text, ns))
      return c.in.fail("invalid duration string \"" + v.text + "\"");
    return out = Value::duration(ns), true;
  }
  const auto unit = static_cast<double>(c.args[1].integer);
  out = Value::duration(v.type == Type::integer ? v.integer * c.args[1].integer
                                                : static_cast<int64_t>(v.real * unit));
  return true;
}

// ---- mathematics ----

template <double (*f)(double)>
bool math(const Call& c, Value& out) {
  out = Value::of(f(c.args[0].real));
  return true;
}
template <double (*f)(double, double)>
bool math2(const Call& c, Value& out) {
  out = Value::of(f(c.args[0].real, c.args[1].real));
  return true;
}
template <double (*f)(int, double)>
bool bessel(const Call& c, Value& out) {
  out = Value::of(f(static_cast<int>(c.args[0].integer), c.args[1].real));
  return true;
}
double power_of_ten(double n) { return std::pow(10.0, n); }
bool pow10_of(const Call& c, Value& out) {
  out = Value::of(power_of_ten(static_cast<double>(c.args[0].integer)));
  return true;
}

// ---- strings; lengths and indexes count bytes ----

int64_t index_or_none(size_t i) { return i == std::string::npos ? -1 : static_cast<int64_t>(i); }

int64_t count_of(std::string_view s, std::string_view part) {
  if (part.empty()) {  // Go counts the gaps between characters
    return 1 + std::count_if(s.begin(), s.end(), [](char ch) { return (ch & 0xC0) != 0x80; });
  }
  int64_t n = 0;
  for (size_t at = 0; (at = s.find(part, at)) != s.npos; at += part.size()) ++n;
  return n;
}

std::string replaced(std::string_view s, std::string_view from, std::string_view to,
                     int64_t limit) {
  std::string out;
  while (limit != 0) {
    auto at = from.empty() ? s.npos : s.find(from);
    if (at == s.npos) break;
    out.append(s.substr(0, at)).append(to);
    s.remove_prefix(at + from.size());
    if (limit > 0) --limit;
  }
  return out.append(s);
}

std::string trimmed(std::string_view s, std::string_view set, bool left, bool right) {
  size_t from = left ? s.find_first_not_of(set) : 0;
  if (from == s.npos || s.empty()) return {};
  size_t to = right ? s.find_last_not_of(set) : s.size() - 1;
  return to == s.npos ? std::string{} : std::string{s.substr(from, to - from + 1)};
}

std::string mapped(std::string s, int (*change)(int)) {
  for (char& ch : s)
    if (static_cast<unsigned char>(ch) < 0x80) ch = static_cast<char>(change(ch));
  return s;
}

bool substring(const Call& c, Value& out) {
  const std::string& s = c.args[0].text;
  int64_t from = c.args[1].integer, to = c.args[2].integer;
  if (from < 0) return c.in.fail("found negative index for strSubstring: " + std::to_string(from));
  if (to < 0) return c.in.fail("found negative index for strSubstring: " + std::to_string(to));
  if (to >= static_cast<int64_t>(s.size()) || from > to)
    return c.in.fail("stop index too large for string in strSubstring: " + std::to_string(to));
  out = Value::of(s.substr(static_cast<size_t>(from), static_cast<size_t>(to - from)));
  return true;
}

std::string without_prefix(std::string_view s, std::string_view p) {
  return std::string{s.starts_with(p) ? s.substr(p.size()) : s};
}
std::string without_suffix(std::string_view s, std::string_view p) {
  return std::string{s.ends_with(p) ? s.substr(0, s.size() - p.size()) : s};
}

/// Appends a replacement with $1, $name and ${name} put in; a $name takes every word character.
void expand(std::string_view with, const std::vector<re2::StringPiece>& groups, const RE2& re,
            std::string& out) {
  while (!with.empty()) {
    auto dollar = with.find('$');
    out.append(with.substr(0, dollar));
    if (dollar == with.npos) return;
    with.remove_prefix(dollar + 1);
    if (with.starts_with('$')) {
      out += '$';
      with.remove_prefix(1);
      continue;
    }
    bool brace = with.starts_with('{');
    size_t from = brace, to = from;
    while (to < with.size() &&
           (std::isalnum(static_cast<unsigned char>(with[to])) || with[to] == '_'))
      ++to;
    if (to == from || (brace && (to == with.size() || with[to] != '}'))) {
      out += '$';
      continue;
    }
    std::string key{with.substr(from, to - from)};
    with.remove_prefix(to + brace);
    size_t index = groups.size();
    if (std::isdigit(static_cast<unsigned char>(key[0]))) {
      std::from_chars(key.data(), key.data() + key.size(), index);
    } else if (auto named = re.NamedCapturingGroups().find(key);
               named != re.NamedCapturingGroups().end()) {
      index = static_cast<size_t>(named->second);
    }
    if (index < groups.size()) out.append(groups[index].data(), groups[index].size());
  }
}

bool regex_replace(const Call& c, Value& out) {
  const RE2& re = *c.args[0].regex;
  const std::string& text = c.args[1].text;
  std::vector<re2::StringPiece> groups(static_cast<size_t>(re.NumberOfCapturingGroups()) + 1);
  std::string result;
  size_t at = 0, copied = 0;
  while (at <= text.size() && re.Match(text, at, text.size(), RE2::UNANCHORED, groups.data(),
                                       static_cast<int>(groups.size()))) {
    auto from = static_cast<size_t>(groups[0].data() - text.data()), to = from + groups[0].size();
    result.append(text, copied, from - copied);
    expand(c.args[2].text, groups, re, result);
    copied = to;
    at = groups[0].empty() ? to + 1 : to;
  }
  if (copied < text.size()) result.append(text, copied);
  out = Value::of(std::move(result));
  return true;
}

// ---- time ----

template <int std::tm::*part, int offset>
bool calendar(const Call& c, Value& out) {
  int64_t ns = c.args[0].integer;
  std::time_t seconds = ns / 1'000'000'000 - (ns % 1'000'000'000 < 0);
  std::tm local{};
  localtime_r(&seconds, &local);
  out = Value::of(int64_t{local.*part} + offset);
  return true;
}

bool human_bytes(const Call& c, Value& out) {
  static constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double n = c.args[0].as_real();
  char text[32];
  if (n < 10) {
    std::snprintf(text, sizeof text, "%lld B", static_cast<long long>(n));
    return out = Value::of(std::string{text}), true;
  }
  auto e = std::min<size_t>(static_cast<size_t>(std::floor(std::log(n) / std::log(1000.0))), 6);
  double shown = std::floor(n / std::pow(1000.0, static_cast<double>(e)) * 10 + 0.5) / 10;
  std::snprintf(text, sizeof text, shown < 10 ? "%.1f %s" : "%.0f %s", shown, units[e]);
  out = Value::of(std::string{text});
  return true;
}

// ---- stateful ----

bool count_calls(const Call& c, Value& out) {
  out = Value::of(++c.slot->count);
  return true;
}

// Welford's running variance (Knuth, TAOCP 2, 4.2.2), the current value included.
bool sigma(const Call& c, Value& out) {
  double x = c.args[0].real;
  auto& s = *c.slot;
  ++s.count;
  double delta = x - s.mean;
  s.mean += delta / static_cast<double>(s.count);
  s.m2 += delta * (x - s.mean);
  double variance = s.count > 1 ? s.m2 / static_cast<double>(s.count - 1) : 0;
  out = Value::of(variance == 0 ? 0.0 : std::abs(x - s.mean) / std::sqrt(variance));
  return true;
}

bool spread(const Call& c, Value& out) {
  double x = c.args[0].real;
  auto& s = *c.slot;
  s.low = s.count == 0 ? x : std::min(s.low, x);
  s.high = s.count++ == 0 ? x : std::max(s.high, x);
  out = Value::of(s.high - s.low);
  return true;
}

bool random_number(const Call& c, Value& out) {
  int64_t limit = c.args.empty() ? INT64_MAX : c.args[0].integer;
  if (limit <= 0) return c.in.fail("the limit must be positive");
  out = Value::of(std::uniform_int_distribution<int64_t>{0, limit - 1}(c.in.state.random));
  return true;
}

const Signatures one{"f"}, two{"ff"}, text{"s"}, texts{"ss"}, point_in_time{"t"};

#define STRING_RESULT(expression)                                                   \
  [](const Call& c, Value& out) {                                                   \
    const std::string& a = c.args[0].text;                                          \
    [[maybe_unused]] const std::string& b = c.args[c.args.size() > 1 ? 1 : 0].text; \
    out = Value::of(expression);                                                    \
    return true;                                                                    \
  }

constexpr std::string_view blanks = " \t\r\n\v\f";

const std::vector<Function>& functions() {
  static const std::vector<Function> table{
      {"bool", {"b", "i", "f", "s"}, to_bool},
      {"int", {"b", "i", "f", "s"}, to_int},
      {"float", {"b", "i", "f", "s"}, to_float},
      {"string", {"b", "i", "f", "s", "d"}, to_string},
      {"duration", {"d", "dd", "id", "fd", "sd"}, to_duration},
      {"abs", one, math<std::fabs>},
      {"acos", one, math<std::acos>},
      {"acosh", one, math<std::acosh>},
      {"asin", one, math<std::asin>},
      {"asinh", one, math<std::asinh>},
      {"atan", one, math<std::atan>},
      {"atan2", two, math2<std::atan2>},
      {"atanh", one, math<std::atanh>},
      {"cbrt", one, math<std::cbrt>},
      {"ceil", one, math<std::ceil>},
      {"cos", one, math<std::cos>},
      {"cosh", one, math<std::cosh>},
      {"erf", one, math<std::erf>},
      {"erfc", one, math<std::erfc>},
      {"exp", one, math<std::exp>},
      {"exp2", one, math<std::exp2>},
      {"expm1", one, math<std::expm1>},
      {"floor", one, math<std::floor>},
      {"gamma", one, math<std::tgamma>},
      {"hypot", two, math2<std::hypot>},
      {"j0", one, math<::j0>},
      {"j1", one, math<::j1>},
      {"jn", {"if"}, bessel<::jn>},
      {"log", one, math<std::log>},
      {"log10", one, math<std::log10>},
      {"log1p", one, math<std::log1p>},
      {"log2", one, math<std::log2>},
      {"logb", one, math<std::logb>},
      {"max", two, math2<std::fmax>},
      {"min", two, math2<std::fmin>},
      {"mod", two, math2<std::fmod>},
      {"pow", two, math2<std::pow>},
      {"pow10", {"i"}, pow10_of},
      {"sin", one, math<std::sin>},
      {"sinh", one, math<std::sinh>},
      {"sqrt", one, math<std::sqrt>},
      {"tan", one, math<std::tan>},
      {"tanh", one, math<std::tanh>},
      {"trunc", one, math<std::trunc>},
      {"y0", one, math<::y0>},
      {"y1", one, math<::y1>},
      {"yn", {"if"}, bessel<::yn>},
      {"strContains", texts, STRING_RESULT(a.find(b) != a.npos)},
      {"strContainsAny", texts, STRING_RESULT(a.find_first_of(b) != a.npos)},
      {"strCount", texts, STRING_RESULT(count_of(a, b))},
      {"strHasPrefix", texts, STRING_RESULT(a.starts_with(b))},
      {"strHasSuffix", texts, STRING_RESULT(a.ends_with(b))},
      {"strIndex", texts, STRING_RESULT(index_or_none(a.find(b)))},
      {"strIndexAny", texts, STRING_RESULT(index_or_none(a.find_first_of(b)))},
      {"strLastIndex", texts, STRING_RESULT(index_or_none(a.rfind(b)))},
      {"strLastIndexAny", texts, STRING_RESULT(index_or_none(a.find_last_of(b)))},
      {"strLength", text, STRING_RESULT(static_cast<int64_t>(a.size()))},
      {"strReplace",
       {"sssi"},
       [](const Call& c, Value& out) {
         out =
             Value::of(replaced(c.args[0].text, c.args[1].text, c.args[2].text, c.args[3].integer));
         return true;
       }},
      {"strSubstring", {"sii"}, substring},
      {"strToLower", text, STRING_RESULT(mapped(a, std::tolower))},
      {"strToUpper", text, STRING_RESULT(mapped(a, std::toupper))},
      {"strTrim", texts, STRING_RESULT(trimmed(a, b, true, true))},
      {"strTrimLeft", texts, STRING_RESULT(trimmed(a, b, true, false))},
      {"strTrimRight", texts, STRING_RESULT(trimmed(a, b, false, true))},
      {"strTrimPrefix", texts, STRING_RESULT(without_prefix(a, b))},
      {"strTrimSuffix", texts, STRING_RESULT(without_suffix(a, b))},
      {"strTrimSpace", text, STRING_RESULT(trimmed(a, blanks, true, true))},
      {"regexReplace", {"rss"}, regex_replace},
      {"now",
       {""},
       [](const Call& c, Value& out) {
         out = Value::time(c.in.scope.now());
         return true;
       }},
      {"unixNano", point_in_time,
       [](const Call& c, Value& out) {
         out = Value::of(c.args[0].integer);
         return true;
       }},
      {"minute", point_in_time, calendar<&std::tm::tm_min, 0>},
      {"hour", point_in_time, calendar<&std::tm::tm_hour, 0>},
      {"weekday", point_in_time, calendar<&std::tm::tm_wday, 0>},
      {"day", point_in_time, calendar<&std::tm::tm_mday, 0>},
      {"month", point_in_time, calendar<&std::tm::tm_mon, 1>},
      {"year", point_in_time, calendar<&std::tm::tm_year, 1900>},
      {"humanBytes", {"i", "f"}, human_bytes},
      {"if",
       {"bbb", "bii", "bff", "bss", "brr", "btt", "bdd"},
       [](const Call& c, Value& out) {
         out = c.args[c.args[0].integer ? 1 : 2];
         return true;
       }},
      {"isPresent",
       {"m", "b", "i", "f", "s", "r", "t", "d"},
       [](const Call& c, Value& out) {
         out = Value::of(c.args[0].type != Type::missing);
         return true;
       }},
      {"count", {""}, count_calls, true},
      {"sigma", one, sigma, true},
      {"spread", one, spread, true},
      {"rand", {"", "i"}, random_number},
  };
  return table;
}

#undef STRING_RESULT

}  // namespace

const Function* find_function(std::string_view name) {
  for (auto& function : functions())
    if (function.name == name) return &function;
  return nullptr;
}

std::string plain(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  std::array<char, 400> digits;
  auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  return {digits.data(), end.ptr};
}

}  // namespace tickwork::lambda
