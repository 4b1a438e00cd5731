// SPDX-License-Identifier: MIT
// Follows the observable behaviour of InfluxDB 1.x for every line: what is accepted, what it means,
// which of several mistakes is named.
#include "exact.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace tickwork::lineproto {
namespace {

constexpr size_t max_key_length = 65535;
constexpr size_t separator_length = 4;  // between series key and field key in InfluxDB's index

bool is_numeric(char c) { return (c >= '0' && c <= '9') || c == '.'; }

size_t skip_blanks(std::string_view text, size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// First stop that no backslash stands before, from `from` on.
size_t scan_to(std::string_view text, size_t from, char stop) {
  size_t at = from;
  while (at < text.size() && !(text[at] == stop && (at == 0 || text[at - 1] != '\\'))) ++at;
  return at;
}

size_t scan_value(std::string_view text) {
  size_t at = 0;
  bool quoted = false;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\')) {
      at += 2;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) break;
    ++at;
  }
  return at;
}

void unescape(std::string_view text, std::string_view escapable, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() &&
        escapable.find(text[i + 1]) != std::string_view::npos) {
      ++i;
    }
    out.push_back(text[i]);
  }
}

}  // namespace

size_t line_length(std::string_view text, bool& complete) noexcept {
  bool fields = false;
  bool quoted = false;
  size_t equals = 0;
  size_t commas = 0;
  size_t at = 0;
  complete = false;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\\' && at + 2 < text.size()) {
      at += 2;
      continue;
    }
    if (c == '\n' && !quoted) {
      complete = at == 0 || text[at - 1] != '\\' || at + 1 < text.size();
      return at;
    }
    if (c == ' ') fields = true;
    if (fields && !quoted && c == '=') ++equals;
    if (fields && !quoted && c == ',') ++commas;
    if (fields && c == '"' && equals > commas) quoted = !quoted;
    ++at;
  }
  return at;
}

bool needs_unescape(std::string_view text) noexcept {
  return text.find('\\') != std::string_view::npos;
}
void unescape_name(std::string_view text, std::string& out) { unescape(text, ", =\"", out); }
void unescape_tag(std::string_view text, std::string& out) { unescape(text, ", =", out); }
void unescape_field(std::string_view text, std::string& out) { unescape(text, ", =\"", out); }
void unescape_string(std::string_view text, std::string& out) { unescape(text, "\"\\", out); }

bool ExactLine::fail(std::string message) {
  message_ = std::move(message);
  return false;
}

bool ExactLine::split(std::string_view line, bool unsigned_integers) {
  line_ = line;
  unsigned_integers_ = unsigned_integers;
  tags_.clear();
  fields_.clear();
  return scan_series() && scan_fields() && scan_time();
}

bool ExactLine::scan_series() {
  const size_t start = skip_blanks(line_, 0);
  at_ = start;
  if (!scan_measurement()) return false;
  name_ = line_.substr(start, at_ - start);
  while (now() == ',') {
    ++at_;
    if (!scan_tag()) return false;
  }
  series_ = line_.substr(start, at_ - start);
  if (!check_tags()) return false;
  if (series_.size() <= max_key_length) return true;
  return fail("max key length exceeded: " + std::to_string(series_.size()) + " > " +
              std::to_string(max_key_length));
}

bool ExactLine::scan_measurement() {
  if (at_end() || now() == ',') return fail("missing measurement");
  for (++at_; !at_end(); ++at_) {
    if ((now() == ',' || now() == ' ') && !escaped()) return true;
  }
  return fail("missing fields");
}

bool ExactLine::scan_tag() {
  const size_t key_start = at_;
  if (at_end() || now() == ' ' || now() == ',' || now() == '=') return fail("missing tag key");
  for (++at_;; ++at_) {
    if (at_end() || ((now() == ' ' || now() == ',') && !escaped())) {
      return fail("missing tag value");
    }
    if (now() == '=' && !escaped()) break;
  }
  const auto key = line_.substr(key_start, at_ - key_start);
  const size_t value_start = ++at_;
  if (at_end() || now() == ',' || now() == ' ') return fail("missing tag value");
  for (++at_;; ++at_) {
    if (at_end()) return fail("missing fields");
    if (escaped()) continue;
    if (now() == '=') return fail("invalid tag format");
    if (now() == ',' || now() == ' ') break;
  }
  tags_.push_back({key, line_.substr(value_start, at_ - value_start)});
  return true;
}

bool ExactLine::check_tags() {
  const auto before = [](const Pair& a, const Pair& b) { return a.key < b.key; };
  const auto equal = [](const Pair& a, const Pair& b) { return a.key == b.key; };
  std::stable_sort(tags_.begin(), tags_.end(), before);
  if (std::adjacent_find(tags_.begin(), tags_.end(), equal) == tags_.end()) return true;
  return fail("duplicate tags");
}

bool ExactLine::scan_fields() {
  const size_t start = skip_blanks(line_, at_);
  at_ = start;
  equals_ = 0;
  size_t commas = 0;
  bool quoted = false;
  while (!at_end()) {
    if (now() == '\\' && at_ + 1 < line_.size()) {
      at_ += 2;
      continue;
    }
    if (now() == '"' && equals_ > commas) {
      quoted = !quoted;
      ++at_;
      continue;
    }
    if (now() == '=' && !quoted) {
      const size_t before = at_;
      if (!scan_equals(start)) return false;
      if (at_ != before) continue;
    }
    if (now() == ',' && !quoted) ++commas;
    if (now() == ' ' && !quoted) break;
    ++at_;
  }
  if (quoted) return fail("unbalanced quotes");
  at_ = std::min(at_, line_.size());
  const auto text = line_.substr(start, at_ - start);
  if (equals_ == 0 || commas != equals_ - 1) return fail("invalid field format");
  return split_fields(text);
}

// At an unquoted equals sign. Moves behind a number or boolean; a string is left to the caller.
bool ExactLine::scan_equals(size_t start) {
  ++equals_;
  const char last = at_ > 0 ? line_[at_ - 1] : ' ';
  const char second_last = at_ > 1 ? line_[at_ - 2] : '\0';
  if (at_ == start || ((last == ' ' || last == ',') && second_last != '\\')) {
    return fail("missing field key");
  }
  if (at_ + 1 >= line_.size()) return fail("missing field value");
  const char next = line_[at_ + 1];
  if (next == ',' || next == ' ') return fail("missing field value");
  if (next == '"') return true;
  ++at_;
  const bool number = is_numeric(next) || next == '-' || next == 'N' || next == 'n';
  return number ? scan_number() : scan_boolean();
}

bool ExactLine::scan_number() {
  const size_t start = at_;
  bool integer = false;
  bool is_unsigned = false;
  bool decimal = false;
  bool scientific = false;
  if (now() == '-') ++at_;
  if (at_end()) return fail("invalid number");
  for (; !at_end() && now() != ',' && now() != ' '; ++at_) {
    const char c = now();
    const bool typed = integer || is_unsigned;
    if ((c == 'i' || c == 'u') && at_ > start && !typed) {
      (c == 'i' ? integer : is_unsigned) = true;
    } else if (c == '.') {
      if (decimal) return fail("invalid number");
      decimal = true;
    } else if (at_ > start && (c == 'e' || c == 'E')) {
      scientific = true;
    } else if ((c == '+' || c == '-') && (line_[at_ - 1] == 'e' || line_[at_ - 1] == 'E')) {
      continue;
    } else if (!is_numeric(c)) {
      return fail("invalid number");
    }
  }
  const auto token = line_.substr(start, at_ - start);
  if ((integer || is_unsigned) && (decimal || scientific)) return fail("invalid number");
  const size_t signs = size_t{integer} + size_t{decimal} + size_t{token[0] == '-'};
  if (token.size() == signs) return fail("invalid number");
  if (integer) return check_integer(token);
  return is_unsigned ? check_unsigned(token) : check_float(token);
}

bool ExactLine::check_integer(std::string_view token) {
  if (token.back() != 'i') return fail("invalid number");
  token.remove_suffix(1);
  int64_t value = 0;
  const auto [rest, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error == std::errc{} && rest == token.data() + token.size()) return true;
  const std::string text{token};
  return fail("unable to parse integer " + text + ": strconv.ParseInt: parsing \"" + text +
              "\": value out of range");
}

bool ExactLine::check_unsigned(std::string_view token) {
  if (!unsigned_integers_ || token.back() != 'u' || token.front() == '-') {
    return fail("invalid number");
  }
  token.remove_suffix(1);
  uint64_t value = 0;
  const auto [rest, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (token.empty()) return fail("invalid number");
  if (error == std::errc{} && rest == token.data() + token.size()) return true;
  const std::string text{token};
  return fail("unable to parse unsigned " + text + ": strconv.ParseUint: parsing \"" + text +
              "\": value out of range");
}

bool ExactLine::check_float(std::string_view token) {
  double value = 0;
  const char* const end = token.data() + token.size();
  const auto [rest, error] = std::from_chars(token.data(), end, value);
  if (rest != end || error == std::errc::invalid_argument) return fail("invalid float");
  if (error != std::errc::result_out_of_range) return true;
  // Too small is zero, too large an error; from_chars does not say which.
  value = std::strtod(std::string{token}.c_str(), nullptr);
  return std::abs(value) <= 1 ? true : fail("invalid float");
}

bool ExactLine::scan_boolean() {
  const size_t start = at_;
  while (!at_end() && now() != ',' && now() != ' ') ++at_;
  static constexpr std::string_view words[] = {"t", "T", "true",  "True",  "TRUE",
                                               "f", "F", "false", "False", "FALSE"};
  const auto token = line_.substr(start, at_ - start);
  const bool known = std::find(std::begin(words), std::end(words), token) != std::end(words);
  return known ? true : fail("invalid boolean");
}

bool ExactLine::split_fields(std::string_view text) {
  while (!text.empty()) {
    const size_t equals = scan_to(text, 0, '=');
    const auto key = text.substr(0, equals);
    if (equals + 2 > text.size()) return fail("invalid value: field-key=" + std::string{key});
    if (!check_key_length(key)) return false;
    text.remove_prefix(equals + 1);
    const size_t length = scan_value(text);
    fields_.push_back({key, text.substr(0, length)});
    text.remove_prefix(std::min(text.size(), length + 1));
  }
  return true;
}

bool ExactLine::check_key_length(std::string_view field_key) {
  const size_t size = series_.size() + separator_length + field_key.size();
  if (size <= max_key_length) return true;
  return fail("max key length exceeded: " + std::to_string(size) + " > " +
              std::to_string(max_key_length));
}

bool ExactLine::scan_time() {
  const size_t start = skip_blanks(line_, at_);
  for (at_ = start; !at_end() && now() != ' ' && now() != '\n'; ++at_) {
    if (at_ == start && now() == '-') continue;
    if (now() < '0' || now() > '9') return fail("bad timestamp");
  }
  time_ = line_.substr(start, at_ - start);
  if (time_.empty()) return true;
  while (!at_end() && now() == ' ') ++at_;
  return at_end() ? true : fail("point is invalid");
}

}  // namespace tickwork::lineproto
