// SPDX-License-Identifier: MIT
// The functions that pipelines call, and the methods of times and durations.
#include <array>
#include <cmath>
#include <optional>

#include "kit/gotemplate/format.hpp"
#include "kit/gotemplate/syntax.hpp"

namespace tickwork::gotemplate {
namespace {

using Args = std::vector<Value>;

bool fail(std::string& error, std::string message) {
  error = std::move(message);
  return false;
}

bool is_text(const Value& v) { return v.kind == Kind::string; }
bool is_integer(const Value& v) { return v.kind == Kind::integer || v.kind == Kind::duration; }

/// -1, 0, 1; nothing when the two do not compare.
std::optional<int> order(const Value& a, const Value& b) {
  auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (is_text(a) && is_text(b)) return sign(a.text, b.text);
  if (is_integer(a) && is_integer(b)) return sign(a.integer, b.integer);
  if (a.kind == Kind::real && b.kind == Kind::real) return sign(a.real, b.real);
  if (a.kind == Kind::boolean && b.kind == Kind::boolean) return sign(a.integer, b.integer);
  return {};
}

bool equal_any(const Args& args, Value& out, std::string& error) {
  if (args.size() < 2) return fail(error, "missing argument for comparison");
  bool equal = false;
  for (size_t i = 1; i < args.size() && !equal; ++i) {
    auto o = order(args[0], args[i]);
    if (!o) return fail(error, "incompatible types for comparison");
    equal = *o == 0;
  }
  out = Value::of(equal);
  return true;
}

bool compare(std::string_view name, const Args& args, Value& out, std::string& error) {
  if (name == "eq") return equal_any(args, out, error);
  if (args.size() != 2)
    return fail(error, "wrong number of args: want 2 got " + std::to_string(args.size()));
  auto o = order(args[0], args[1]);
  if (!o) return fail(error, "incompatible types for comparison");
  out = Value::of(name == "ne"   ? *o != 0
                  : name == "lt" ? *o < 0
                  : name == "le" ? *o <= 0
                  : name == "gt" ? *o > 0
                                 : *o >= 0);
  return true;
}

bool index(const Args& args, Value& out, std::string& error) {
  if (args.empty()) return fail(error, "index of untyped nil");
  Value at = args[0];
  for (size_t i = 1; i < args.size(); ++i) {
    const Value* found = nullptr;
    if (at.kind == Kind::map) {
      if (!is_text(args[i])) return fail(error, "cannot index map with " + print(args[i]));
      found = at.find(args[i].text);
    } else if (at.kind == Kind::list && is_integer(args[i])) {
      if (args[i].integer < 0 || static_cast<size_t>(args[i].integer) >= at.entries.size())
        return fail(error, "index out of range: " + print(args[i]));
      found = &at.entries[static_cast<size_t>(args[i].integer)].second;
    } else {
      return fail(error, "can't index item of this type");
    }
    Value next = found ? *found : at.missing == Missing::empty ? Value::of(std::string{}) : Value{};
    at = std::move(next);
  }
  out = std::move(at);
  return true;
}

bool length(const Args& args, Value& out, std::string& error) {
  if (args.size() != 1) return fail(error, "wrong number of args for len");
  const Value& v = args[0];
  if (is_text(v))
    out = Value::of(static_cast<int64_t>(v.text.size()));
  else if (v.kind == Kind::map || v.kind == Kind::list)
    out = Value::of(static_cast<int64_t>(v.entries.size()));
  else
    return fail(error, "len of this type");
  return true;
}

/// fmt.Sprint: a blank between operands when neither is a string; Sprintln: always, and a newline.
std::string joined(const Args& args, bool line) {
  std::string out;
  for (size_t i = 0; i < args.size(); ++i) {
    if (i && (line || (!is_text(args[i]) && !is_text(args[i - 1])))) out += ' ';
    out += print(args[i]);
  }
  return line ? out + '\n' : out;
}

std::string escape_js(std::string_view text) {
  std::string out;
  for (char c : text) switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\'':
        out += "\\'";
        break;
      case '"':
        out += "\\\"";
        break;
      case '<':
        out += "\\u003C";
        break;
      case '>':
        out += "\\u003E";
        break;
      case '&':
        out += "\\u0026";
        break;
      case '=':
        out += "\\u003D";
        break;
      case '\n':
        out += "\\u000A";
        break;
      default:
        out += c;
    }
  return out;
}

std::string escape_query(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~')
      out += static_cast<char>(c);
    else if (c == ' ')
      out += '+';
    else
      out.append({'%', hex[c >> 4], hex[c & 15]});
  }
  return out;
}

bool logic(bool stop_at, const Args& args, Value& out, std::string& error) {
  if (args.empty()) return fail(error, "wrong number of args: want at least 1 got 0");
  for (auto& arg : args)
    if (out = arg; truth(arg) == stop_at) break;
  return true;
}

constexpr std::array<std::string_view, 19> functions{
    "and",   "or",    "not",    "eq",      "ne",   "lt", "le",       "gt",   "ge",         "len",
    "index", "print", "printf", "println", "html", "js", "urlquery", "json", "jsonCompact"};

}  // namespace

bool is_function(std::string_view name) {
  for (auto known : functions)
    if (known == name) return true;
  return false;
}

bool truth(const Value& v) {
  switch (v.kind) {
    case Kind::none:
      return false;
    case Kind::boolean:
    case Kind::integer:
    case Kind::duration:
      return v.integer != 0;
    case Kind::real:
      return v.real != 0;
    case Kind::string:
      return !v.text.empty();
    case Kind::time:
      return true;
    default:
      return !v.entries.empty() || v.missing == Missing::error;
  }
}

bool call_function(std::string_view name, const Args& args, Value& out, std::string& error) {
  auto text = [&](std::string s) {
    out = Value::of(std::move(s));
    return true;
  };
  if (name == "and") return logic(false, args, out, error);
  if (name == "or") return logic(true, args, out, error);
  if (name == "index") return index(args, out, error);
  if (name == "len") return length(args, out, error);
  if (name == "print") return text(joined(args, false));
  if (name == "println") return text(joined(args, true));
  if (name == "html") return text(escape_html(joined(args, false)));
  if (name == "js") return text(escape_js(joined(args, false)));
  if (name == "urlquery") return text(escape_query(joined(args, false)));
  if (name == "printf") {
    if (args.empty() || !is_text(args[0]))
      return fail(error, "wrong type for value; expected string");
    return text(format(args[0].text, args, 1));
  }
  if (name == "not" || name == "json" || name == "jsonCompact") {
    if (args.size() != 1) return fail(error, "wrong number of args for " + std::string{name});
    if (name != "not") return text(json(args[0]) + (name == "json" ? "\n" : ""));
    return out = Value::of(!truth(args[0])), true;
  }
  return compare(name, args, out, error);
}

namespace {

bool time_method(const Value& on, std::string_view name, const Args& args, Value& out) {
  constexpr int64_t second = 1'000'000'000;
  if (name == "Format" && args.size() == 1)
    out = Value::of(format_time(on, args[0].text));
  else if (name == "Unix")
    out = Value::of(on.integer / second - (on.integer % second < 0));
  else if (name == "UnixNano")
    out = Value::of(on.integer);
  else if (name == "String")
    out = Value::of(print(on));
  else if (name == "Local" || name == "UTC")
    (out = on).local = name == "Local";
  else if (name == "Year")
    out = Value::of(int64_t{std::stoll(format_time(on, "2006"))});
  else if (name == "Month")
    out = Value::of(format_time(on, "January"));
  else if (name == "Weekday")
    out = Value::of(format_time(on, "Monday"));
  else if (name == "Day")
    out = Value::of(int64_t{std::stoll(format_time(on, "2"))});
  else if (name == "Hour")
    out = Value::of(int64_t{std::stoll(format_time(on, "15"))});
  else if (name == "Minute")
    out = Value::of(int64_t{std::stoll(format_time(on, "04"))});
  else if (name == "Second")
    out = Value::of(int64_t{std::stoll(format_time(on, "05"))});
  else
    return false;
  return true;
}

bool duration_method(const Value& on, std::string_view name, Value& out) {
  auto ns = static_cast<double>(on.integer);
  if (name == "Seconds")
    out = Value::of(ns / 1e9);
  else if (name == "Minutes")
    out = Value::of(ns / 6e10);
  else if (name == "Hours")
    out = Value::of(ns / 3.6e12);
  else if (name == "Milliseconds")
    out = Value::of(on.integer / 1'000'000);
  else if (name == "Nanoseconds")
    out = Value::of(on.integer);
  else if (name == "String")
    out = Value::of(print(on));
  else
    return false;
  return true;
}

}  // namespace

bool call_method(const Value& on, std::string_view name, const Args& args, Value& out,
                 std::string& error) {
  if (on.kind == Kind::time && time_method(on, name, args, out)) return true;
  if (on.kind == Kind::duration && duration_method(on, name, out)) return true;
  return fail(error, "can't evaluate field " + std::string{name});
}

}  // namespace tickwork::gotemplate
