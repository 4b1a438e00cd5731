// SPDX-License-Identifier: MIT
// Go's text/template, the part that alert messages use, over plain data.
//
//   auto parsed = tickwork::gotemplate::Template::parse("id", "{{ .ID }} is {{ .Level }}");
//   if (!parsed.value) complain(parsed.error);
//   std::string out, error;
//   if (!parsed.value->render(data, Escape::none, out, error)) complain(error);
//
// Actions: fields, variables, pipelines, if / else if / else, range, with, comments, trim markers.
// Functions: and or not eq ne lt le gt ge len index print printf println html js urlquery json
// jsonCompact; methods of times and durations. Escape::html escapes what actions print as
// html/template does in text. A Template is immutable and may be shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickwork::gotemplate {

enum class Kind : uint8_t { none, boolean, integer, real, string, time, duration, map, list };

/// What a name that a map lacks means.
enum class Missing : uint8_t {
  error,     ///< a record: the template is wrong
  no_value,  ///< prints <no value>
  empty      ///< a map of strings: the empty string
};

struct Value {
  using Entries = std::vector<std::pair<std::string, Value>>;

  Kind kind = Kind::none;
  Missing missing = Missing::no_value;
  bool local = false;  ///< a time to be shown in the local zone
  int64_t integer = 0;
  double real = 0;
  std::string text;
  Entries entries;  ///< of a map; keep maps sorted, records in their own order; lists have no names

  static Value of(bool b) { return number(Kind::boolean, b); }
  static Value of(int64_t i) { return number(Kind::integer, i); }
  static Value of(double f) {
    Value v;
    v.kind = Kind::real;
    v.real = f;
    return v;
  }
  static Value of(std::string s) {
    Value v;
    v.kind = Kind::string;
    v.text = std::move(s);
    return v;
  }
  static Value time(int64_t ns) { return number(Kind::time, ns); }
  static Value duration(int64_t ns) { return number(Kind::duration, ns); }
  static Value map(Missing missing, Entries entries = {}) {
    Value v;
    v.kind = Kind::map;
    v.missing = missing;
    v.entries = std::move(entries);
    return v;
  }
  const Value* find(std::string_view name) const {
    for (auto& [key, value] : entries)
      if (key == name) return &value;
    return nullptr;
  }

 private:
  static Value number(Kind kind, int64_t i) {
    Value v;
    v.kind = kind;
    v.integer = i;
    return v;
  }
};

enum class Escape : uint8_t { none, html };

struct Body;

class Template {
 public:
  struct Parsed {
    std::shared_ptr<const Template> value;  ///< empty when the text is wrong
    std::string error;
  };
  static Parsed parse(std::string_view name, std::string_view text);

  /// Appends to out. False: error says why, out holds what came before.
  bool render(const Value& data, Escape escape, std::string& out, std::string& error) const;

  explicit Template(std::unique_ptr<Body> body);
  ~Template();

 private:
  std::unique_ptr<Body> body_;
};

/// A value as {{ . }} prints it (Go's %v).
std::string print(const Value& value);
/// A value as JSON, on one line.
std::string json(const Value& value);
/// "1m0s": Go's notation of a duration.
std::string print_duration(int64_t nanoseconds);

}  // namespace tickwork::gotemplate
