// SPDX-License-Identifier: MIT
// Table 3-7 of the Unicode standard: the second byte's range depends on the first.
#include "check/utf8.hpp"

#include <cstdint>

namespace tickwork::host::check {
namespace {

struct Form {
  uint8_t first_low, first_high, second_low, second_high;
  int length;
};

constexpr Form forms[] = {{0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                          {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
                          {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
                          {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};

// The length of the character that text begins with, 0 if it is malformed.
size_t character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (byte(0) < 0x80) return 1;
  for (const Form& f : forms) {
    if (byte(0) < f.first_low || byte(0) > f.first_high) continue;
    const auto length = static_cast<size_t>(f.length);
    if (text.size() < length || byte(1) < f.second_low || byte(1) > f.second_high) return 0;
    for (size_t i = 2; i < length; ++i)
      if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
    return length;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t n = character(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

}  // namespace tickwork::host::check
