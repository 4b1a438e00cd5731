// SPDX-License-Identifier: MIT
// Walks the characters of a text that mean something in line protocol: , = space newline backslash
// quote. 64 bytes are classified at a time into a bit mask (as in Langdale, Lemire: Parsing
// Gigabytes of JSON per Second, 2019), then bits are taken off it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tickwork::lineproto {

inline bool is_structural(char c) noexcept {
  return c == ',' || c == '=' || c == ' ' || c == '\n' || c == '\\' || c == '"';
}

#if defined(__SSE2__)
inline uint32_t classify16(const char* p) noexcept {
  const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const auto eq = [v](char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); };
  const __m128i any =
      _mm_or_si128(_mm_or_si128(_mm_or_si128(eq(','), eq('=')), _mm_or_si128(eq(' '), eq('\n'))),
                   _mm_or_si128(eq('\\'), eq('"')));
  return static_cast<uint32_t>(_mm_movemask_epi8(any));
}

inline uint64_t classify64(const char* p) noexcept {
  return uint64_t{classify16(p)} | uint64_t{classify16(p + 16)} << 16 |
         uint64_t{classify16(p + 32)} << 32 | uint64_t{classify16(p + 48)} << 48;
}
#else
inline uint64_t classify64(const char* p) noexcept {
  uint64_t mask = 0;
  for (unsigned i = 0; i < 64; ++i) mask |= uint64_t{is_structural(p[i])} << i;
  return mask;
}
#endif

class Structurals {
 public:
  Structurals(const char* text, size_t size) noexcept : text_{text}, size_{size} { load(0); }

  // Position of the next structural character, or the size of the text when there is none.
  size_t next() noexcept {
    while (mask_ == 0) {
      if (block_ + 64 >= size_) return size_;
      load(block_ + 64);
    }
    const auto at = block_ + static_cast<unsigned>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return at;
  }

  // Continues behind position at - 1.
  void seek(size_t at) noexcept {
    const size_t block = at & ~size_t{63};
    if (at >= size_) {
      block_ = block;
      mask_ = 0;
      return;
    }
    load(block);
    mask_ &= ~uint64_t{0} << (at & 63);
  }

 private:
  void load(size_t block) noexcept {
    block_ = block;
    if (block + 64 <= size_) {
      mask_ = classify64(text_ + block);
    } else {
      load_tail();
    }
  }
  void load_tail() noexcept {
    char tail[64] = {};
    if (block_ < size_) std::memcpy(tail, text_ + block_, size_ - block_);
    mask_ = classify64(tail);
  }

  const char* text_;
  size_t size_;
  size_t block_ = 0;
  uint64_t mask_ = 0;
};

}  // namespace tickwork::lineproto
