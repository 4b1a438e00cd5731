// SPDX-License-Identifier: MIT
// Line protocol, both ways: text to points as InfluxDB 1.x reads it, points to text as Telegraf
// writes it. See README.md for an example and for what the parser leaves to storage.
// Objects are for one thread at a time; nothing here is allocated per point once warm.
#pragma once

#include <tickwork/metric.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::lineproto {

// Nanoseconds per unit of InfluxDB's `precision` parameter: "", "n", "ns", "u", "ms", "s", "m",
// "h". 0 for anything else.
int64_t precision_unit(std::string_view precision) noexcept;

struct ParserOptions {
  int64_t unit_ns = 1;               // what a timestamp counts, from precision_unit
  int64_t default_time_ns = TW_NOW;  // for lines without a time; cut to unit_ns unless TW_NOW
  bool unsigned_integers = true;     // "1u"; InfluxDB 1.x refuses it with `invalid number`
  size_t error_text_limit = size_t{1} << 20;    // bytes of error text kept of one parse call
  size_t series_cache_bytes = size_t{4} << 20;  // remembered line starts; 0: none
};

// What a parse call found. Everything lives until the next call of parse and while text does:
// names, keys and strings point into text where nothing had to be unescaped.
struct Parsed {
  std::span<const tw_point> points;  // tags sorted by key; series holds the raw line start
  size_t used = 0;                   // bytes done with; offer the rest again with more behind it
  size_t failed = 0;                 // lines refused
  std::string_view errors;           // "unable to parse '<line>': <message>", joined by newlines
};

class Parser {
 public:
  explicit Parser(ParserOptions options = {});
  ~Parser();
  Parser(Parser&&) noexcept;
  Parser& operator=(Parser&&) noexcept;

  // Kept between calls so that memory and remembered series are reused.
  void configure(const ParserOptions& options);

  // Parses complete lines at the start of text, at most max_points points. With final, an
  // unfinished last line counts as complete.
  Parsed parse(std::string_view text, bool final = true, size_t max_points = SIZE_MAX);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct SerializerOptions {
  bool sort_fields = false;   // by key, else in the point's order
  bool uint_support = false;  // write 1u; otherwise 1i, clamped to the largest int64
  bool omit_timestamp = false;
  size_t max_line_bytes = 0;  // split longer lines by fields; 0: no limit
};

enum class Written {
  ok,
  no_fields,  // nothing was left to write: NaN, infinities, empty keys
  too_long    // a single field does not fit into max_line_bytes; nothing was written
};

class Serializer {
 public:
  explicit Serializer(SerializerOptions options = {}) : options_{options} {}

  // Appends the point as one line (or several, see max_line_bytes) with a newline each. A point at
  // TW_NOW is written without time.
  Written append(const tw_point& point, std::string& out);

 private:
  const tw_field* ordered(const tw_point& point);
  bool too_long(const std::string& out, size_t line) const;
  size_t new_line(std::string& out, size_t comma) const;

  SerializerOptions options_;
  std::string head_, tail_;
  std::vector<tw_field> order_;
};

// Appends text as a measurement, or as a tag key, tag value or field key, with the escapes that
// line protocol needs.
void append_name(std::string& out, std::string_view text);
void append_key(std::string& out, std::string_view text);

}  // namespace tickwork::lineproto
