// SPDX-License-Identifier: MIT
// Quoting of literals, shared by the parser and the formatter.
#pragma once

#include <string>
#include <string_view>

namespace tickwork::tickscript {

/// A quoted token without its first and last byte.
inline std::string_view inner(std::string_view quoted) {
  return quoted.size() < 2 ? std::string_view{} : quoted.substr(1, quoted.size() - 2);
}

/// Drops the backslash of every backslash-quote pair; every other backslash stays.
std::string unescape(std::string_view text, char quote);

/// Puts a backslash before every quote.
std::string escape(std::string_view text, char quote);

}  // namespace tickwork::tickscript
