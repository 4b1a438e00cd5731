// SPDX-License-Identifier: MIT
// Time layouts and printf verbs.
#include "kit/gotemplate/format.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "kit/gojson/gojson.hpp"

namespace tickwork::gotemplate {
namespace {

constexpr int64_t second = 1'000'000'000;

std::string number(const char* format, long value) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string zone(const std::tm& t, std::string_view form) {
  long offset = t.tm_gmtoff, minutes = std::labs(offset) / 60;
  if (form[0] == 'Z' && offset == 0) return "Z";
  std::string sign = offset < 0 ? "-" : "+";
  return sign + number("%02ld", minutes / 60) + (form.find(':') != form.npos ? ":" : "") +
         number("%02ld", minutes % 60);
}

std::string fraction(int64_t ns, size_t digits, bool trim) {
  std::string text = "." + number("%09ld", ns).substr(0, digits);
  if (!trim) return text;
  text.erase(text.find_last_not_of('0') + 1);
  return text == "." ? "" : text;
}

struct Moment {
  std::tm t;
  int64_t ns;
  const char* zone_name;
};

std::string strftime_of(const std::tm& t, const char* format) {
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &t)};
}

/// The element at the front of layout: how long it is and what it shows; 0 when it is plain text.
size_t element(std::string_view layout, const Moment& m, std::string& out) {
  struct Named {
    std::string_view text;
    const char* format;
  };
  static constexpr std::array named{
      Named{"January", "%B"}, Named{"Jan", "%b"}, Named{"Monday", "%A"}, Named{"Mon", "%a"},
      Named{"2006", "%Y"},    Named{"15", "%H"},  Named{"PM", "%p"},     Named{"01", "%m"},
      Named{"02", "%d"},      Named{"03", "%I"},  Named{"04", "%M"},     Named{"05", "%S"},
      Named{"06", "%y"},      Named{"_2", "%e"}};
  for (auto& [text, format] : named)
    if (layout.starts_with(text)) return out += strftime_of(m.t, format), text.size();
  for (std::string_view form : {"Z07:00", "-07:00", "Z0700", "-0700"})
    if (layout.starts_with(form)) return out += zone(m.t, form), form.size();
  if (layout.starts_with("MST")) return out += m.zone_name, 3;
  if (layout.size() > 1 && layout[0] == '.' && (layout[1] == '0' || layout[1] == '9')) {
    size_t end = layout.find_first_not_of(layout[1], 1);
    size_t digits = std::min<size_t>((end == layout.npos ? layout.size() : end) - 1, 9);
    return out += fraction(m.ns, digits, layout[1] == '9'), digits + 1;
  }
  switch (layout[0]) {
    case '1':
      out += number("%ld", m.t.tm_mon + 1);
      return 1;
    case '2':
      out += number("%ld", m.t.tm_mday);
      return 1;
    case '3':
      out += number("%ld", (m.t.tm_hour + 11) % 12 + 1);
      return 1;
    case '4':
      out += number("%ld", m.t.tm_min);
      return 1;
    case '5':
      out += number("%ld", m.t.tm_sec);
      return 1;
    default:
      return 0;
  }
}

}  // namespace

std::string format_time(const Value& time, std::string_view layout) {
  Moment m{};
  m.ns = time.integer % second;
  if (m.ns < 0) m.ns += second;
  std::time_t seconds = (time.integer - m.ns) / second;
  time.local ? localtime_r(&seconds, &m.t) : gmtime_r(&seconds, &m.t);
  m.zone_name = time.local ? m.t.tm_zone : "UTC";
  std::string out;
  while (!layout.empty()) {
    size_t n = element(layout, m, out);
    if (n == 0) out += layout[n++];
    layout.remove_prefix(n);
  }
  return out;
}

namespace {

/// One verb: its flags, width and precision as C writes them.
struct Verb {
  std::string flags;
  char letter = 0;
};

std::string wrong(char letter, const Value& v) {
  static constexpr std::array names{
      "<nil>",         "bool",      "int64",         "float64",
      "string",        "time.Time", "time.Duration", "map[string]interface {}",
      "[]interface {}"};
  return std::string{"%!"} + letter + "(" + names[static_cast<size_t>(v.kind)] + "=" + print(v) +
         ")";
}

std::string c_format(const std::string& flags, const char* conversion, auto value) {
  std::string format = "%" + flags + conversion;
  std::array<char, 512> text;
  int n = std::snprintf(text.data(), text.size(), format.c_str(), value);
  return {text.data(), std::min(static_cast<size_t>(std::max(n, 0)), text.size() - 1)};
}

std::string apply(const Verb& verb, const Value& v) {
  const char letter[2] = {verb.letter, 0};
  switch (verb.letter) {
    case 'v':
    case 's': {
      if (verb.letter == 's' &&
          (v.kind == Kind::integer || v.kind == Kind::real || v.kind == Kind::boolean))
        return wrong('s', v);
      std::string text = print(v), flags = verb.flags;
      std::erase(flags, '+');
      return flags.empty() ? text : c_format(flags, "s", text.c_str());
    }
    case 'q': {
      std::string text = "\"";
      for (char c : print(v)) (c == '"' || c == '\\') ? text.append({'\\', c}) : text.append({c});
      return text + '"';
    }
    case 't':
      return v.kind == Kind::boolean ? print(v) : wrong('t', v);
    case 'd':
    case 'x':
    case 'X':
    case 'o':
      if (v.kind != Kind::integer && v.kind != Kind::duration) return wrong(verb.letter, v);
      return c_format(verb.flags, (std::string{"ll"} + letter).c_str(),
                      static_cast<long long>(v.integer));
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      if (v.kind != Kind::real) return wrong(verb.letter, v);
      if (letter[0] == 'g' && verb.flags.empty()) return print(v);
      return c_format(verb.flags, letter, v.real);
    default:
      return wrong(verb.letter, v);
  }
}

/// Width and precision come from templates: keep what snprintf makes of them small.
bool bounded(const std::string& flags) {
  size_t digits = 0;
  for (char c : flags) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 3) return false;
  }
  return true;
}

}  // namespace

std::string format(std::string_view text, const std::vector<Value>& args, size_t first) {
  std::string out;
  size_t next = first;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    Verb verb;
    for (++i; i < text.size() && std::string_view{"+-# 0123456789."}.find(text[i]) != text.npos;
         ++i)
      verb.flags += text[i];
    if (i == text.size()) return out + "%!(NOVERB)";
    verb.letter = text[i];
    if (verb.letter == '%')
      out += '%';
    else if (next >= args.size())
      out += std::string{"%!"} + verb.letter + "(MISSING)";
    else if (!bounded(verb.flags))
      out += "%!(BADWIDTH)" + print(args[next++]);
    else
      out += apply(verb, args[next++]);
  }
  for (bool any = false; next < args.size(); ++next, any = true) {
    if (!any)
      out += "%!(EXTRA ";
    else
      out += ", ";
    static constexpr std::array names{"<nil>",     "bool",          "int64", "float64", "string",
                                      "time.Time", "time.Duration", "map",   "list"};
    out += std::string{names[static_cast<size_t>(args[next].kind)]} + "=" + print(args[next]);
    if (next + 1 == args.size()) out += ')';
  }
  return out;
}

}  // namespace tickwork::gotemplate
