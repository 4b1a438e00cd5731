// SPDX-License-Identifier: MIT
// The exact parser: splits any one line as InfluxDB 1.x does, oddities and messages included. The
// quick parser hands over every line that is not plain. Splits only; unescaping is the caller's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::lineproto {

// What may stand before a line and between its parts.
inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\0'; }

// Length of the line at the start of text, without its newline. A quoted newline belongs to the
// line. complete: a newline that certainly ends the line was there.
size_t line_length(std::string_view text, bool& complete) noexcept;

class ExactLine {
 public:
  struct Pair {
    std::string_view key, value;  // as written
  };

  // Splits line. False: message() says why, in InfluxDB's words.
  bool split(std::string_view line, bool unsigned_integers);

  std::string_view series() const { return series_; }
  std::string_view name() const { return name_; }
  const std::vector<Pair>& tags() const { return tags_; }
  const std::vector<Pair>& fields() const { return fields_; }
  std::string_view time() const { return time_; }  // digits, empty when absent
  const std::string& message() const { return message_; }

 private:
  bool fail(std::string message);
  bool scan_series();
  bool scan_measurement();
  bool scan_tag();
  bool check_tags();
  bool scan_fields();
  bool scan_equals(size_t start);
  bool scan_number();
  bool check_integer(std::string_view token);
  bool check_unsigned(std::string_view token);
  bool check_float(std::string_view token);
  bool scan_boolean();
  bool split_fields(std::string_view text);
  bool scan_time();
  bool check_key_length(std::string_view field_key);

  bool at_end() const { return at_ >= line_.size(); }
  char now() const { return line_[at_]; }
  bool escaped() const { return line_[at_ - 1] == '\\'; }

  std::string_view line_, series_, name_, time_;
  size_t at_ = 0;
  size_t equals_ = 0;
  bool unsigned_integers_ = true;
  std::vector<Pair> tags_, fields_;
  std::string message_;
};

// The value's text between its quotes with \" and \\ resolved; both only when needed.
bool needs_unescape(std::string_view text) noexcept;
void unescape_name(std::string_view text, std::string& out);    // \, \space \= and \"
void unescape_tag(std::string_view text, std::string& out);     // and \=
void unescape_field(std::string_view text, std::string& out);   // and \"
void unescape_string(std::string_view text, std::string& out);  // \" and \\ only

}  // namespace tickwork::lineproto
