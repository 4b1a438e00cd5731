// SPDX-License-Identifier: MIT
// Sorting texts that begin alike by the eight bytes behind what all begin with: most differ there,
// and numbers compare at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace tickwork::lmdb {

// The eight bytes of a text from there on, as a number of the same order.
inline uint64_t head_of(std::string_view text, size_t from) {
  uint64_t head = 0;
  std::memcpy(&head, text.data() + from, std::min(sizeof head, text.size() - from));
  return __builtin_bswap64(head);
}

// Replaces the first of each pair. common: bytes that all texts begin with; text_of: the text of a
// T; before: orders those that its eight bytes do not.
template <class T, class TextOf, class Before>
void sort_by_heads(std::vector<std::pair<uint64_t, T>>& all, size_t common, TextOf text_of,
                   Before before) {
  for (auto& [head, one] : all) head = head_of(text_of(one), common);
  std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : before(a.second, b.second);
  });
}

}  // namespace tickwork::lmdb
