// SPDX-License-Identifier: MIT
// Reading JSON documents, without showing the library behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::stream {

class Json {
 public:
  enum class Kind : uint8_t { null, boolean, integer, real, string, array, object };

  /// A null value when the text is no JSON; valid tells.
  static Json parse(std::string_view text, bool* valid = nullptr);

  Kind kind = Kind::null;
  int64_t number = 0;  // boolean, integer
  double real = 0;
  std::string string;
  struct Member;
  std::vector<Member> members;  // of an object
  std::vector<Json> items;      // of an array

  const Json* find(std::string_view key) const;
  std::string text(std::string_view key) const;  ///< empty when absent or no string
  int64_t integer(std::string_view key) const;
  std::string print() const;  ///< on one line
};

struct Json::Member {
  std::string key;
  Json value;
};

/// Re-indents JSON with four blanks, as Kapacitor's answers are.
std::string indent_json(std::string_view json);

}  // namespace tickwork::stream
