// SPDX-License-Identifier: MIT
// Backtracking over the pattern's text; patterns are short and come from the configuration.
#include "graph/glob.hpp"

#include <algorithm>

namespace tickwork::host {

namespace {

struct Matcher {
  std::string_view separators;

  bool separates(char c) const { return separators.find(c) != std::string_view::npos; }

  bool match(std::string_view pattern, std::string_view text) const {
    while (!pattern.empty()) {
      switch (pattern[0]) {
        case '*':
          return star(pattern, text);
        case '{':
          return alternatives(pattern, text);
        case '?':
          if (text.empty() || separates(text[0])) return false;
          pattern.remove_prefix(1);
          break;
        case '[':
          if (text.empty() || !in_class(pattern, text[0])) return false;
          break;
        case '\\':
          if (pattern.size() > 1) pattern.remove_prefix(1);
          [[fallthrough]];
        default:
          if (text.empty() || text[0] != pattern[0]) return false;
          pattern.remove_prefix(1);
      }
      text.remove_prefix(1);
    }
    return text.empty();
  }

  bool star(std::string_view pattern, std::string_view text) const {
    const bool crosses = pattern.size() > 1 && pattern[1] == '*';
    pattern.remove_prefix(std::min(pattern.find_first_not_of('*'), pattern.size()));
    for (size_t taken = 0;; ++taken) {
      if (match(pattern, text.substr(taken))) return true;
      if (taken == text.size() || (!crosses && separates(text[taken]))) return false;
    }
  }

  // Consumes the class from pattern. An unclosed one matches a literal bracket.
  static bool in_class(std::string_view& pattern, char c) {
    const size_t close = pattern.find(']', pattern.size() > 1 && pattern[1] == '!' ? 3 : 2);
    if (close == std::string_view::npos) {
      pattern.remove_prefix(1);
      return c == '[';
    }
    std::string_view set = pattern.substr(1, close - 1);
    pattern.remove_prefix(close + 1);
    const bool negated = set[0] == '!';
    if (negated) set.remove_prefix(1);
    bool found = false;
    for (size_t i = 0; i < set.size(); ++i) {
      const bool range = i + 2 < set.size() && set[i + 1] == '-';
      found = found || (range ? set[i] <= c && c <= set[i + 2] : set[i] == c);
      if (range) i += 2;
    }
    return found != negated;
  }

  bool alternatives(std::string_view pattern, std::string_view text) const {
    std::vector<std::string_view> choices;
    size_t depth = 0, from = 1;
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] == '\\') {
        ++i;
      } else if (pattern[i] == '{') {
        ++depth;
      } else if ((pattern[i] == ',' && depth == 1) || (pattern[i] == '}' && --depth == 0)) {
        choices.push_back(pattern.substr(from, i - from));
        from = i + 1;
        if (depth == 0) break;
      }
    }
    if (depth > 0 || choices.empty()) {  // never closed: a literal brace
      return !text.empty() && text[0] == '{' && match(pattern.substr(1), text.substr(1));
    }
    return std::any_of(choices.begin(), choices.end(), [&](std::string_view choice) {
      return match(std::string{choice}.append(pattern.substr(from)), text);
    });
  }
};

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text, std::string_view separators) {
  return Matcher{separators}.match(pattern, text);
}

Globs::Globs(std::vector<std::string> patterns, std::string separators)
    : patterns_{std::move(patterns)}, separators_{std::move(separators)} {
  literal_ = separators_.empty() &&
             std::all_of(patterns_.begin(), patterns_.end(), [](const std::string& pattern) {
               return pattern.find_first_of("*?[") == std::string::npos;
             });
}

bool Globs::match(std::string_view text) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
    return literal_ ? text == pattern : glob_match(pattern, text, separators_);
  });
}

}  // namespace tickwork::host
