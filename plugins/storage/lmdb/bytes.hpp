// SPDX-License-Identifier: MIT
// Numbers and texts as bytes: little-endian words, LEB128 varints, zigzag, big-endian key parts,
// and a reader that can not leave its range. Everything on disk is written and read with these.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tickwork::lmdb {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

inline uint64_t zigzag(uint64_t v) { return (v << 1) ^ (0 - (v >> 63)); }
inline uint64_t unzigzag(uint64_t v) { return (v >> 1) ^ (0 - (v & 1)); }

inline void put_varint(std::string& out, uint64_t v) {
  while (v >= 0x80) {
    out.push_back(static_cast<char>(v | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<char>(v));
}

// The same into memory with room for it; the end is returned.
constexpr size_t longest_varint = 10;
inline char* put_varint(char* out, uint64_t v) {
  while (v >= 0x80) {
    *out++ = static_cast<char>(v | 0x80);
    v >>= 7;
  }
  *out++ = static_cast<char>(v);
  return out;
}

template <class T>
void put_word(std::string& out, T v) {
  out.append(reinterpret_cast<const char*>(&v), sizeof v);
}

template <class T>
T load_word(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

inline size_t common_prefix(std::string_view a, std::string_view b) {
  const size_t n = std::min(a.size(), b.size());
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(n), b.begin()).first - a.begin());
}

// Big-endian, so that LMDB's bytewise key order is the numbers' order.
inline void put_key(std::string& out, uint64_t v) {
  const uint64_t swapped = __builtin_bswap64(v);
  put_word(out, swapped);
}
inline std::string number_key(uint64_t v) {
  std::string key;
  put_key(key, v);
  return key;
}
inline uint64_t load_key(const void* p) { return __builtin_bswap64(load_word<uint64_t>(p)); }

// Reads what the put functions wrote. Reading past the end yields zeros and clears ok, so a caller
// checks once at the end; lengths are checked against what is left before they are used.
class Reader {
 public:
  Reader(const void* data, size_t size)
      : at_(static_cast<const uint8_t*>(data)), end_(at_ + size) {}
  explicit Reader(std::string_view bytes) : Reader(bytes.data(), bytes.size()) {}

  bool ok() const { return ok_; }
  bool empty() const { return at_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  const uint8_t* at() const { return at_; }

  uint64_t varint() {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const uint8_t byte = *at_++;
      v |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return v;
    }
    return fail();
  }
  uint64_t signed_varint() { return unzigzag(varint()); }

  // Passes that many varints, a word at a time: each ends with a byte below 0x80.
  void skip_varints(uint64_t n) {
    constexpr uint64_t tops = 0x8080808080808080, ones = 0x0101010101010101;
    while (n >= sizeof(uint64_t) && left() >= sizeof(uint64_t)) {
      const uint64_t ends = (~load_word<uint64_t>(at_) & tops) >> 7;
      n -= ends * ones >> 56;  // the sum of its bytes
      at_ += sizeof(uint64_t);
    }
    // The word may have cut one: its rest belongs to the next that is counted.
    for (; n > 0 && ok_; --n) varint();
  }

  template <class T>
  T word() {
    if (left() < sizeof(T)) return static_cast<T>(fail());
    const T v = load_word<T>(at_);
    at_ += sizeof(T);
    return v;
  }
  uint8_t byte() { return word<uint8_t>(); }

  std::string_view bytes(uint64_t n) {
    if (n > left()) {
      fail();
      return {};
    }
    const std::string_view v(reinterpret_cast<const char*>(at_), n);
    at_ += n;
    return v;
  }
  std::string_view text() { return bytes(varint()); }

  uint64_t fail() {
    ok_ = false;
    at_ = end_;
    return 0;
  }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
  bool ok_ = true;
};

}  // namespace tickwork::lmdb
