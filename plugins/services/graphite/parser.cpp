// SPDX-License-Identifier: MIT
#include "parser.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tickwork::graphite {

namespace {

constexpr double earliest_s = -2147558400;  // 1901-12-13
constexpr double latest_s = 2147472000;     // 2038-01-19
constexpr size_t most_joined = 64;          // measurement, field and tags that need joining

bool number(std::string_view text, double& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// Seconds since 1970 with a fraction; -1 is now.
bool time(double seconds, int64_t now_ns, int64_t& ns) {
  if (seconds == -1) return ns = now_ns, true;
  if (!(seconds >= earliest_s && seconds <= latest_s)) return false;
  const auto fraction = static_cast<int64_t>((seconds - std::floor(seconds)) * 1e9);
  ns = static_cast<int64_t>(seconds) * 1000000000 + fraction;
  return true;
}

}  // namespace

Parser::Parser(const std::vector<std::string>& templates, const std::vector<std::string>& tags,
               std::string separator)
    : templates_{templates}, separator_{std::move(separator)}, joined_(most_joined) {
  for (const std::string& text : tags) tags_.push_back(parse_tag(text));
  std::sort(tags_.begin(), tags_.end());
}

std::string& Parser::room() {
  if (joined_used_ == joined_.size()) {
    throw Error{TW_E_INVALID, "too many tags of several parts in a template"};
  }
  joined_[joined_used_].clear();
  return joined_[joined_used_++];
}

std::string_view Parser::join(const std::vector<std::string>& values,
                              const std::vector<size_t>& parts) {
  std::string_view only;
  size_t count = 0;
  const auto each = [&](auto&& use) {
    for (const std::string& value : values) use(std::string_view{value});
    for (const size_t part : parts) {
      if (part < parts_.size()) use(parts_[part]);
    }
  };
  each([&](std::string_view piece) { only = piece, ++count; });
  if (count <= 1) return only;
  std::string& text = room();
  size_t seen = 0;
  each([&](std::string_view piece) {
    if (seen++ > 0) text += separator_;
    text += piece;
  });
  return text;
}

std::string_view Parser::join_from(const std::vector<size_t>& parts, size_t rest) {
  if (rest >= parts_.size()) return join({}, parts);
  if (parts.empty() && rest + 1 == parts_.size()) return parts_[rest];
  std::string& text = room();
  bool first = true;
  const auto add = [&](std::string_view piece) {
    if (!std::exchange(first, false)) text += separator_;
    text += piece;
  };
  for (const size_t part : parts) {
    if (part < parts_.size()) add(parts_[part]);
  }
  for (size_t i = rest; i < parts_.size(); ++i) add(parts_[i]);
  return text;
}

void Parser::add_tags(const Template& pattern) {
  found_.clear();
  for (const Template::Tag& tag : pattern.tags) {
    const bool has = !tag.values.empty() || (!tag.parts.empty() && tag.parts[0] < parts_.size());
    if (has) found_.emplace_back(tag.key, join(tag.values, tag.parts));
  }
  const size_t own = found_.size();
  for (const auto& [key, value] : tags_) {
    const bool known =
        std::any_of(found_.begin(), found_.begin() + static_cast<ptrdiff_t>(own),
                    [&, k = std::string_view{key}](const auto& t) { return t.first == k; });
    if (!known) found_.emplace_back(key, value);
  }
  std::sort(found_.begin(), found_.end());
  for (const auto& [key, value] : found_) row_.tag(key, value);
}

const tw_point* Parser::parse(std::string_view line, int64_t now_ns, std::string& why) {
  split_words(line, words_);
  if (words_.empty()) return nullptr;
  const auto refuse = [&](std::string_view text) {
    why = "cannot take \"" + std::string{line.substr(0, 200)} + "\": " + std::string{text};
    return nullptr;
  };
  if (words_.size() != 2 && words_.size() != 3) return refuse("not \"name value [time]\"");
  double value = 0;
  if (!number(words_[1], value)) return refuse("the value is no number");
  if (!std::isfinite(value)) return refuse("the value is not finite");
  int64_t ns = now_ns;
  if (words_.size() == 3) {
    double seconds = 0;
    if (!number(words_[2], seconds)) return refuse("the time is no number");
    if (!time(seconds, now_ns, ns)) return refuse("the time is before 1902 or after 2037");
  }
  split(words_[0], '.', parts_);
  const Template& pattern = templates_.match(parts_);
  joined_used_ = 0;
  std::string_view measurement;
  if (!pattern.whole) measurement = join_from(pattern.measurement, pattern.measurement_rest);
  if (measurement.empty()) measurement = words_[0];
  std::string_view field;
  if (pattern.field < parts_.size()) field = parts_[pattern.field];
  if (pattern.field_rest < parts_.size()) field = join_from({}, pattern.field_rest);
  row_.clear(measurement).time(ns).field(field.empty() ? "value" : field, value);
  add_tags(pattern);
  return &row_.raw();
}

}  // namespace tickwork::graphite
