// SPDX-License-Identifier: MIT
#include "query_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "time_units.hpp"

namespace tickwork::webui {
namespace {

constexpr std::array<int64_t, 19> round_seconds = {1,     2,     5,     10,    15,    30,   60,
                                                   120,   300,   600,   900,   1800,  3600, 7200,
                                                   14400, 21600, 43200, 86400, 604800};

std::string literal(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// The value as a pattern that matches it alone, safe between slashes.
std::string pattern(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (std::string_view{"\\.+*?()|[]{}^$/"}.find(c) != std::string_view::npos) out += '\\';
    if (c != '\n' && c != '\r') out += c;
  }
  return out;
}

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The length of ":name:" at the start of text, 0 if there is none.
size_t variable_at(std::string_view text) {
  size_t end = 1;
  while (end < text.size() && is_name(text[end])) ++end;
  return end > 1 && end < text.size() && text[end] == ':' ? end + 1 : 0;
}

bool value_of(const std::string& name, const Bindings& bindings, bool in_pattern,
              std::string& out) {
  if (name == "dashboardTime") return out = std::to_string(bindings.from_ns), true;
  if (name == "upperDashboardTime") return out = std::to_string(bindings.to_ns), true;
  if (name == "interval") return out = std::to_string(bindings.interval_ns / second) + "s", true;
  const auto found = bindings.variables.find(name);
  if (found == bindings.variables.end()) return false;
  out = in_pattern ? pattern(found->second) : literal(found->second);
  return true;
}

// Follows string literals and regular expressions, in which ':' means something else.
class Place {
 public:
  bool in_pattern() const { return open_ == '/'; }
  bool in_string() const { return open_ != 0 && open_ != '/'; }

  void pass(std::string_view text, size_t at) {
    const char c = text[at];
    const bool escaped = at > 0 && text[at - 1] == '\\';
    if (open_) {
      if (c == open_ && !escaped) open_ = 0;
    } else if (c == '\'' || c == '"' || (c == '/' && after_match(text, at))) {
      open_ = c;
    }
  }

 private:
  static bool after_match(std::string_view text, size_t at) {
    while (at > 0 && text[at - 1] == ' ') --at;
    return at >= 2 && text[at - 1] == '~';
  }
  char open_ = 0;
};

}  // namespace

std::string fill(std::string_view text, const Bindings& bindings) {
  std::string out, value;
  Place place;
  for (size_t at = 0; at < text.size();) {
    const size_t length = text[at] == ':' && !place.in_string() ? variable_at(text.substr(at)) : 0;
    if (length > 0 && value_of(std::string{text.substr(at + 1, length - 2)}, bindings,
                               place.in_pattern(), value)) {
      out += value;
      at += length;
      continue;
    }
    place.pass(text, at);
    out += text[at++];
  }
  return out;
}

int64_t interval_for(int64_t range_ns, int width, int64_t least_ns) {
  const int64_t wanted = std::max(least_ns, range_ns / std::max(1, width / 2));
  for (const int64_t seconds : round_seconds)
    if (seconds * second >= wanted) return seconds * second;
  return round_seconds.back() * second;
}

}  // namespace tickwork::webui
