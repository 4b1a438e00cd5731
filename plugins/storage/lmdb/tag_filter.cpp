// SPDX-License-Identifier: MIT
#include "tag_filter.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>

#include "bytes.hpp"
#include "failure.hpp"
#include "series_key.hpp"

namespace tickwork::lmdb {
namespace {

std::unique_ptr<re2::RE2> compile(const std::string& pattern) {
  auto compiled = std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet);
  if (!compiled->ok()) {
    throw Failure(TW_E_INVALID, "bad pattern /" + pattern + "/: " + compiled->error());
  }
  return compiled;
}

// Takes an alternative of plain text off the pattern; false where it is more than that.
bool take_text(std::string_view& pattern, std::string& out) {
  while (!pattern.empty() && pattern[0] != '|') {
    char c = pattern[0];
    pattern.remove_prefix(1);
    if (c == '\\') {
      if (pattern.empty() || std::isalnum(static_cast<unsigned char>(pattern[0]))) return false;
      c = pattern[0];
      pattern.remove_prefix(1);
    } else if (std::string_view(".+*?()[]{}^$").find(c) != std::string_view::npos) {
      return false;
    }
    out.push_back(c);
  }
  return !out.empty();
}

// What "^(a|b)$" or "^a$" matches; empty for all other patterns.
std::vector<std::string> texts_of(std::string_view pattern) {
  if (!pattern.starts_with('^') || !pattern.ends_with('$')) return {};
  pattern = pattern.substr(1, pattern.size() - 2);
  const bool list = pattern.starts_with('(') && pattern.ends_with(')');
  if (list) pattern = pattern.substr(1, pattern.size() - 2);
  std::vector<std::string> out;
  while (true) {
    if (!take_text(pattern, out.emplace_back())) return {};
    if (pattern.empty()) return out;
    if (!list) return {};
    pattern.remove_prefix(1);
  }
}

TagFilter::Condition condition_of(const tw_where& where) {
  TagFilter::Condition c{
      std::string(view(where.tag)), std::string(view(where.value)), where.op, {}, {}};
  if (where.op < TW_EQ || where.op > TW_NO_MATCH) {
    throw Failure(TW_E_INVALID, "condition on tag " + c.tag + " has an unknown operator");
  }
  if (where.op == TW_MATCH || where.op == TW_NO_MATCH) c.pattern = compile(c.value);
  if (where.op == TW_MATCH) c.texts = texts_of(c.value);
  if (where.op == TW_EQ && !c.value.empty()) c.texts = {c.value};
  return c;
}

}  // namespace

TagFilter::TagFilter() = default;
TagFilter::~TagFilter() = default;
TagFilter::TagFilter(TagFilter&&) noexcept = default;

TagFilter::TagFilter(const tw_where* where, size_t n) {
  for (size_t i = 0; i < n; ++i) conditions_.push_back(condition_of(where[i]));
}

bool TagFilter::Condition::holds(std::string_view tag_value) const {
  if (!pattern) return (tag_value == value) == (op == TW_EQ);
  const re2::StringPiece text(tag_value.data(), tag_value.size());
  return re2::RE2::PartialMatch(text, *pattern) == (op == TW_MATCH);
}

void TagFilter::put(std::string& out) const {
  put_varint(out, conditions_.size());
  for (const Condition& c : conditions_) {
    put_varint(out, c.op);
    put_text(out, c.tag);
    put_text(out, c.value);
  }
}

bool TagFilter::matches(const SeriesName& name) const {
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const Condition& c) { return c.holds(name.tag(c.tag)); });
}

}  // namespace tickwork::lmdb
