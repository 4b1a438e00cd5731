// SPDX-License-Identifier: MIT
// XXH3 over bytes: 64 bits to find damage, 128 bits to know a series by its key.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace tickwork::lmdb {

inline uint64_t checksum(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

struct KeyHash {
  uint64_t high, low;
  auto operator<=>(const KeyHash&) const = default;
};

inline KeyHash hash_key(std::string_view key, uint64_t seed) {
  const XXH128_hash_t h = XXH3_128bits_withSeed(key.data(), key.size(), seed);
  return {h.high64, h.low64};
}

struct KeyHashSlot {  // the hash is already uniform
  using is_avalanching = void;
  size_t operator()(const KeyHash& h) const { return h.low; }
};

}  // namespace tickwork::lmdb
