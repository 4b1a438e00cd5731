// SPDX-License-Identifier: MIT
// Telegraf's name patterns: * ** ? [abc] [!a-z] {a,b} and backslash.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tickwork::host {

// True if the whole of text matches. * and ? do not cross a character of separators, ** does.
bool glob_match(std::string_view pattern, std::string_view text, std::string_view separators = {});

// A list of patterns of one option. Where none has one of * ? [ and no separators are given, the
// patterns are compared literally, as Telegraf does.
class Globs {
 public:
  Globs() = default;
  explicit Globs(std::vector<std::string> patterns, std::string separators = {});

  bool empty() const { return patterns_.empty(); }
  bool match(std::string_view text) const;

 private:
  std::vector<std::string> patterns_;
  std::string separators_;
  bool literal_ = true;
};

}  // namespace tickwork::host
