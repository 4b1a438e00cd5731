// SPDX-License-Identifier: MIT
// The scanner behind tickscript.hpp: all tokens of a text at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kit/tickscript/tickscript.hpp"

namespace tickwork::tickscript {

struct Lexeme {
  Token token = Token::error;
  size_t offset = 0;
  std::string_view text;  ///< the source's own bytes
  std::string message;    ///< for Token::error: what is wrong
};

/// Ends with `eof` or, where scanning cannot go on, with `error`.
std::vector<Lexeme> scan(std::string_view text);

}  // namespace tickwork::tickscript
