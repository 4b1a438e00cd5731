// SPDX-License-Identifier: MIT
// Points to lines by Telegraf's rules: which characters are escaped, what is left out, how long
// lines are split.
#include <tickwork/cpp/error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "lineproto.hpp"

namespace tickwork::lineproto {
namespace {

// The character that stands behind a backslash for c, or NUL when c needs none.
char escape_of(char c, bool key) {
  switch (c) {
    case ',':
    case ' ':
      return c;
    case '=':
      return key ? c : '\0';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\f':
      return 'f';
    case '\r':
      return 'r';
    default:
      return '\0';
  }
}

void append_escaped(std::string& out, std::string_view text, bool key) {
  for (const char c : text) {
    const char escape = escape_of(c, key);
    if (escape != '\0') out += '\\';
    out += escape != '\0' ? escape : c;
  }
}

// A backslash at the end would escape what follows.
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.back() == '\\') text.remove_suffix(1);
  return text;
}

void append_tags(std::string& out, const tw_point& point) {
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    const auto key = trimmed(view(point.tags[i].key));
    const auto value = trimmed(view(point.tags[i].value));
    if (key.empty() || value.empty()) continue;
    out += ',';
    append_key(out, key);
    out += '=';
    append_key(out, value);
  }
}

template <typename... Format>
void append_number(std::string& out, auto value, Format... format) {
  char text[400];  // the longest double without exponent has 327 characters
  const auto [end, error] = std::to_chars(text, text + sizeof text, value, format...);
  out.append(text, end);
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_unsigned(std::string& out, uint64_t value, bool support) {
  constexpr uint64_t largest = std::numeric_limits<int64_t>::max();
  append_number(out, support ? value : std::min(value, largest));
  out += support ? 'u' : 'i';
}

// False: nothing can be written for this value.
bool append_value(std::string& out, const tw_value& value, bool uint_support) {
  switch (value.type) {
    case TW_FLOAT:
      if (!std::isfinite(value.as.f)) return false;
      append_number(out, value.as.f, std::chars_format::fixed);
      return true;
    case TW_INT:
      append_number(out, value.as.i);
      out += 'i';
      return true;
    case TW_UINT:
      append_unsigned(out, value.as.u, uint_support);
      return true;
    case TW_BOOL:
      out += value.as.b ? "true" : "false";
      return true;
    case TW_STRING:
      append_string(out, {value.as.s, value.len});
      return true;
    default:
      return false;
  }
}

bool append_field(std::string& out, const tw_field& field, bool uint_support) {
  if (field.key.len == 0) return false;
  append_key(out, view(field.key));
  out += '=';
  return append_value(out, field.value, uint_support);
}

}  // namespace

void append_name(std::string& out, std::string_view text) { append_escaped(out, text, false); }
void append_key(std::string& out, std::string_view text) { append_escaped(out, text, true); }

const tw_field* Serializer::ordered(const tw_point& point) {
  if (!options_.sort_fields) return point.fields;
  order_.assign(point.fields, point.fields + point.n_fields);
  std::stable_sort(order_.begin(), order_.end(),
                   [](const tw_field& a, const tw_field& b) { return view(a.key) < view(b.key); });
  return order_.data();
}

Written Serializer::append(const tw_point& point, std::string& out) {
  const size_t begin = out.size();
  tail_.clear();
  if (!options_.omit_timestamp && point.time_ns != TW_NOW) {
    tail_ += ' ';
    append_number(tail_, point.time_ns);
  }
  tail_ += '\n';
  append_name(out, view(point.name));
  append_tags(out, point);
  out += ' ';
  head_.assign(out, begin);

  const tw_field* const fields = ordered(point);
  size_t line = begin;
  bool any = false;
  for (uint32_t i = 0; i < point.n_fields; ++i) {
    const size_t start = out.size();
    if (any) out += ',';
    if (!append_field(out, fields[i], options_.uint_support)) {
      out.resize(start);
      continue;
    }
    if (too_long(out, line) && any) line = new_line(out, start);
    if (too_long(out, line)) {
      out.resize(begin);
      return Written::too_long;
    }
    any = true;
  }
  if (!any) {
    out.resize(begin);
    return Written::no_fields;
  }
  out += tail_;
  return Written::ok;
}

bool Serializer::too_long(const std::string& out, size_t line) const {
  return options_.max_line_bytes > 0 && out.size() - line + tail_.size() > options_.max_line_bytes;
}

// Moves the field behind comma to a line of its own and returns where that starts.
size_t Serializer::new_line(std::string& out, size_t comma) const {
  const std::string field = out.substr(comma + 1);
  out.resize(comma);
  out += tail_;
  const size_t line = out.size();
  out += head_;
  out += field;
  return line;
}

}  // namespace tickwork::lineproto
