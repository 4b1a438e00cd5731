// SPDX-License-Identifier: MIT
// The cover is U+10F000 + byte, in UTF-8 F4 8F then two bytes with six bits each.
#include "text/utf8.hpp"

#include <cstdint>

namespace tickwork::host {
namespace {

uint8_t byte_at(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

// Length of the character at i, 0: not UTF-8 (Unicode 15, table 3-7).
size_t character_length(std::string_view text, size_t i) {
  const uint8_t lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() - i < length) return 0;
  for (size_t k = 1; k < length; ++k)
    if ((byte_at(text, i + k) & 0xc0) != 0x80) return 0;
  const uint8_t second = byte_at(text, i + 1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool outside = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
  return overlong || outside ? 0 : length;
}

constexpr std::string_view cover = "\xf4\x8f";

}  // namespace

bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = character_length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string cover_bytes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (const size_t length = character_length(text, i)) {
      out.append(text, i, length);
      i += length;
      continue;
    }
    const uint8_t byte = byte_at(text, i++);
    out.append(cover);
    out += static_cast<char>(0x80 | (byte >> 6));
    out += static_cast<char>(0x80 | (byte & 0x3f));
  }
  return out;
}

std::string uncover_bytes(std::string text) {
  size_t at = text.find(cover);
  if (at == text.npos) return text;
  std::string out;
  size_t done = 0;
  for (; at != text.npos; at = text.find(cover, done)) {
    if (text.size() - at < 4 || byte_at(text, at + 2) > 0x83) {  // somebody's own character
      out.append(text, done, at + 2 - done);
      done = at + 2;
      continue;
    }
    out.append(text, done, at - done);
    out += static_cast<char>(((byte_at(text, at + 2) & 3) << 6) | (byte_at(text, at + 3) & 0x3f));
    done = at + 4;
  }
  return out.append(text, done);
}

}  // namespace tickwork::host
