// SPDX-License-Identifier: MIT
// The quick parser: takes plain lines (no escapes, no oddities) in one pass over the structural
// characters and leaves every other line to the exact parser, so that speed costs no correctness.
#include <tickwork/cpp/error.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include "arena.hpp"
#include "exact.hpp"
#include "lineproto.hpp"
#include "number.hpp"
#include "series.hpp"
#include "structural.hpp"

namespace tickwork::lineproto {
namespace {

constexpr int64_t min_time = INT64_MIN + 2;
constexpr int64_t max_time = INT64_MAX - 1;
constexpr size_t plain_key_limit = 16384;  // longer keys are measured by the exact parser

bool scale_time(int64_t count, int64_t unit, int64_t& time) {
  return !__builtin_mul_overflow(count, unit, &time) && time >= min_time && time <= max_time;
}

bool plain_value(std::string_view token, tw_value& value) {
  value.len = 0;
  const char first = token.front();
  if ((first >= '0' && first <= '9') || first == '-' || first == '.') {
    if (token.back() == 'i') {
      value.type = TW_INT;
      return plain_int(token.substr(0, token.size() - 1), value.as.i);
    }
    value.type = TW_FLOAT;
    return plain_float(token, value.as.f);
  }
  value.type = TW_BOOL;
  return boolean(token, value.as.b);
}

// By insertion, as there are few. False: a key is there twice.
bool sort_tags(tw_tag* tags, size_t n) {
  for (size_t i = 1; i < n; ++i) {
    const tw_tag tag = tags[i];
    size_t at = i;
    for (; at > 0 && view(tag.key) <= view(tags[at - 1].key); --at) {
      if (view(tag.key) == view(tags[at - 1].key)) return false;
      tags[at] = tags[at - 1];
    }
    tags[at] = tag;
  }
  return true;
}

}  // namespace

int64_t precision_unit(std::string_view precision) noexcept {
  if (precision.empty() || precision == "n" || precision == "ns") return 1;
  if (precision == "u") return 1000;
  if (precision == "ms") return 1000000;
  if (precision == "s") return 1000000000;
  if (precision == "m") return 60000000000;
  if (precision == "h") return 3600000000000;
  return 0;
}

struct Parser::State {
  ParserOptions options;
  int64_t default_time = TW_NOW;
  std::string_view text;
  std::vector<tw_point> points;
  Arena<tw_tag> tags;
  Arena<tw_field> fields;
  Arena<char> chars;
  SeriesCache cache;
  ExactLine exact;
  std::string scratch, errors;
  size_t failed = 0;

  void configure(const ParserOptions& given);
  void begin(std::string_view given);
  bool plain_line(Structurals& walk, size_t& at);
  bool plain_series(Structurals& walk, size_t& at, tw_point& point);
  bool plain_tags(Structurals& walk, size_t start, size_t& at, tw_point& point);
  bool plain_fields(Structurals& walk, size_t& at, tw_point& point);
  bool plain_string(Structurals& walk, size_t& at, tw_value& value);
  bool plain_time(Structurals& walk, size_t& at, tw_point& point);
  bool odd_line(size_t& at, bool final);
  void exact_line(std::string_view line);
  bool exact_point(tw_point& point, std::string& message);
  bool exact_time(std::string_view token, tw_point& point, std::string& message);
  std::optional<tw_value> exact_value(std::string_view token);
  tw_str unescaped(std::string_view raw, void (*unescape)(std::string_view, std::string&));
  void fail(std::string_view line, std::string_view message);
  void drop_line() {
    tags.drop();
    fields.drop();
  }
};

void Parser::State::configure(const ParserOptions& given) {
  options = given;
  cache.limit(given.series_cache_bytes);
  default_time = given.default_time_ns;
  if (default_time == TW_NOW || given.unit_ns <= 1) return;
  int64_t rest = default_time % given.unit_ns;
  if (rest < 0) rest += given.unit_ns;
  default_time -= rest;
}

void Parser::State::begin(std::string_view given) {
  text = given;
  points.clear();
  tags.reset();
  fields.reset();
  chars.reset();
  cache.rest();
  errors.clear();
  failed = 0;
}

// At the start of a line. On success at is the start of the next one.
bool Parser::State::plain_line(Structurals& walk, size_t& at) {
  tw_point point{};
  size_t pos = at;
  if (!plain_series(walk, pos, point) || !plain_fields(walk, pos, point)) return false;
  if (text[pos] == ' ') {
    if (!plain_time(walk, pos, point)) return false;
  } else {
    point.time_ns = default_time;
  }
  tags.finish();
  fields.finish();
  points.push_back(point);
  at = pos + 1;
  return true;
}

bool Parser::State::plain_series(Structurals& walk, size_t& at, tw_point& point) {
  if (const Series* known = cache.guess(text.substr(at))) {
    point.name = known->name;
    point.tags = known->tags;
    point.n_tags = known->n_tags;
    point.series = {text.data() + at, known->raw.size()};
    at += known->raw.size();
    walk.seek(at + 1);
    return true;
  }
  const size_t start = at;
  if (is_blank(text[at]) || text[at] == '#') return false;
  at = walk.next();
  if (at == start || !plain_tags(walk, start, at, point)) return false;
  const auto raw = text.substr(start, at - start);
  if (options.series_cache_bytes == 0) return true;
  if (const Series* known = cache.learn(raw, view(point.name), point.tags, point.n_tags)) {
    tags.drop();
    point.name = known->name;
    point.tags = known->tags;
  }
  return true;
}

bool Parser::State::plain_tags(Structurals& walk, size_t start, size_t& at, tw_point& point) {
  point.name = str(text.substr(start, at - start));
  bool sorted = true;
  while (at < text.size() && text[at] == ',') {
    const size_t key = at + 1;
    const size_t equals = walk.next();
    if (equals == text.size() || text[equals] != '=' || equals == key) return false;
    at = walk.next();
    if (at == equals + 1) return false;
    const auto name = text.substr(key, equals - key);
    if (sorted && tags.run_size() > 0) {
      sorted = view(tags.run()[tags.run_size() - 1].key) < name;
    }
    tags.push() = {str(name), str(text.substr(equals + 1, at - equals - 1))};
  }
  if (at == text.size() || text[at] != ' ' || at - start > plain_key_limit) return false;
  point.series = str(text.substr(start, at - start));
  point.tags = tags.run();
  point.n_tags = static_cast<uint32_t>(tags.run_size());
  return sorted || sort_tags(tags.run(), tags.run_size());
}

// At the space before the fields; on success at the space or newline behind them.
bool Parser::State::plain_fields(Structurals& walk, size_t& at, tw_point& point) {
  if (at + 1 < text.size() && is_blank(text[at + 1])) return false;
  do {
    const size_t key = at + 1;
    const size_t equals = walk.next();
    if (equals + 1 >= text.size() || text[equals] != '=' || equals == key ||
        equals - key > plain_key_limit) {
      return false;
    }
    tw_field& field = fields.push();
    field.key = str(text.substr(key, equals - key));
    if (text[equals + 1] == '"') {
      at = equals;
      if (!plain_string(walk, at, field.value)) return false;
    } else {
      at = walk.next();
      if (at == text.size() || at == equals + 1) return false;
      if (!plain_value(text.substr(equals + 1, at - equals - 1), field.value)) return false;
    }
  } while (text[at] == ',');
  point.fields = fields.run();
  point.n_fields = static_cast<uint32_t>(fields.run_size());
  return text[at] == ' ' || text[at] == '\n';
}

// At the equals sign before a quote; on success at the character behind the closing quote.
bool Parser::State::plain_string(Structurals& walk, size_t& at, tw_value& value) {
  const size_t open = walk.next();
  size_t close = walk.next();
  while (close < text.size() && text[close] != '"') {
    if (text[close] == '\\') return false;
    close = walk.next();
  }
  if (close == text.size()) return false;
  at = walk.next();
  if (at != close + 1 || at == text.size()) return false;
  value.type = TW_STRING;
  value.as.s = text.data() + open + 1;
  const size_t length = close - open - 1;
  value.len = static_cast<uint32_t>(length);
  return length <= UINT32_MAX;
}

// At the space before the time; on success at the newline behind it.
bool Parser::State::plain_time(Structurals& walk, size_t& at, tw_point& point) {
  const size_t start = at + 1;
  at = walk.next();
  if (at == text.size() || text[at] != '\n') return false;
  int64_t count = 0;
  return plain_int(text.substr(start, at - start), count) &&
         scale_time(count, options.unit_ns, point.time_ns);
}

// False: the line is not finished yet.
bool Parser::State::odd_line(size_t& at, bool final) {
  auto rest = text.substr(at);
  const auto start =
      static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), is_blank) - rest.begin());
  bool complete = false;
  size_t length = 0;
  if (start < rest.size() && rest[start] == '#') {
    length = std::min(rest.find('\n'), rest.size());
    complete = length < rest.size();
  } else {
    length = line_length(rest, complete);
  }
  if (!complete && !final) return false;
  at += std::min(length + 1, rest.size());
  rest = rest.substr(0, length);
  if (!rest.empty() && rest.back() == '\n') rest.remove_suffix(1);  // of an unbalanced quote
  if (start < rest.size() && rest[start] != '#') exact_line(rest.substr(start));
  return true;
}

void Parser::State::exact_line(std::string_view line) {
  if (!exact.split(line, options.unsigned_integers)) return fail(line, exact.message());
  tw_point point{};
  std::string message;
  if (!exact_point(point, message)) {
    drop_line();
    return fail(line, message);
  }
  tags.finish();
  fields.finish();
  points.push_back(point);
}

bool Parser::State::exact_point(tw_point& point, std::string& message) {
  point.name = unescaped(exact.name(), unescape_name);
  for (const auto& [key, value] : exact.tags()) {
    const tw_tag tag{unescaped(key, unescape_tag), unescaped(value, unescape_tag)};
    tags.push() = tag;
  }
  for (const auto& [key, token] : exact.fields()) {
    const auto value = exact_value(token);
    if (key.empty() || !value) {
      message = key.empty() ? "missing field key" : "invalid field format";
      return false;
    }
    const tw_str name = unescaped(key, unescape_field);
    fields.push() = {name, *value};
  }
  point.tags = tags.run();
  point.n_tags = static_cast<uint32_t>(tags.run_size());
  point.fields = fields.run();
  point.n_fields = static_cast<uint32_t>(fields.run_size());
  point.series = str(exact.series());
  return exact_time(exact.time(), point, message);
}

bool Parser::State::exact_time(std::string_view token, tw_point& point, std::string& message) {
  if (token.empty()) {
    point.time_ns = default_time;
    return true;
  }
  int64_t count = 0;
  const auto [rest, error] = std::from_chars(token.data(), token.data() + token.size(), count);
  if (error != std::errc{}) {
    message = "strconv.ParseInt: parsing \"" + std::string{token} + "\": " +
              (error == std::errc::result_out_of_range ? "value out of range" : "invalid syntax");
    return false;
  }
  if (scale_time(count, options.unit_ns, point.time_ns)) return true;
  message = "time outside range " + std::to_string(min_time) + " - " + std::to_string(max_time);
  return false;
}

std::optional<tw_value> Parser::State::exact_value(std::string_view token) {
  tw_value value{};
  if (token.empty()) return std::nullopt;
  const char* const end = token.data() + token.size();
  if (token.front() == '"') {
    if (token.size() < 2 || token.size() > UINT32_MAX) return std::nullopt;
    const tw_str content = unescaped(token.substr(1, token.size() - 2), unescape_string);
    value = {TW_STRING, static_cast<uint32_t>(content.len), {}};
    value.as.s = content.data;
    return value;
  }
  if (token.back() == 'u') {
    value.type = TW_UINT;
    const auto [rest, error] = std::from_chars(token.data(), end, value.as.u);
    return rest == end - 1 && error == std::errc{} ? std::optional{value} : std::nullopt;
  }
  if (token.back() == 'i') {
    value.type = TW_INT;
    const auto [rest, error] = std::from_chars(token.data(), end, value.as.i);
    return rest == end - 1 && error == std::errc{} ? std::optional{value} : std::nullopt;
  }
  if (plain_value(token, value)) return value;
  value = {TW_FLOAT, 0, {}};
  const auto [rest, error] = std::from_chars(token.data(), end, value.as.f);
  if (rest != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) value.as.f = token.front() == '-' ? -0.0 : 0.0;
  return value;
}

tw_str Parser::State::unescaped(std::string_view raw,
                                void (*unescape)(std::string_view, std::string&)) {
  if (!needs_unescape(raw)) return str(raw);
  scratch.clear();
  unescape(raw, scratch);
  const char* const copy = chars.append(scratch.data(), scratch.size());
  chars.finish();
  return {copy, scratch.size()};
}

void Parser::State::fail(std::string_view line, std::string_view message) {
  ++failed;
  if (errors.size() >= options.error_text_limit) return;
  if (!errors.empty()) errors += '\n';
  errors.append("unable to parse '").append(line).append("': ").append(message);
}

Parser::Parser(ParserOptions options) : state_{std::make_unique<State>()} { configure(options); }
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

void Parser::configure(const ParserOptions& options) { state_->configure(options); }

Parsed Parser::parse(std::string_view text, bool final, size_t max_points) {
  State& state = *state_;
  state.begin(text);
  Structurals walk{text.data(), text.size()};
  size_t at = 0;
  while (at < text.size() && state.points.size() < max_points) {
    if (state.plain_line(walk, at)) continue;
    state.drop_line();
    if (!state.odd_line(at, final)) break;
    walk.seek(at);
  }
  return {state.points, at, state.failed, state.errors};
}

}  // namespace tickwork::lineproto
