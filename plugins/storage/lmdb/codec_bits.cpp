// SPDX-License-Identifier: MIT
// Bit packing and booleans.
#include <algorithm>

#include "codec.hpp"

namespace tickwork::lmdb {

__extension__ typedef unsigned __int128 Wide;

void pack_bits(std::span<const uint64_t> values, unsigned width, std::string& out) {
  if (width == 0) return;
  Wide window = 0;
  unsigned filled = 0;
  for (const uint64_t v : values) {
    window |= static_cast<Wide>(v) << filled;
    filled += width;
    while (filled >= 8) {
      out.push_back(static_cast<char>(window));
      window >>= 8;
      filled -= 8;
    }
  }
  if (filled > 0) out.push_back(static_cast<char>(window));
}

namespace {

uint64_t mask_of(unsigned width) { return width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

uint64_t load_tail(const uint8_t* from, const uint8_t* end) {
  uint64_t v = 0;
  std::memcpy(&v, from, static_cast<size_t>(std::min<ptrdiff_t>(8, end - from)));
  return v;
}

}  // namespace

void unpack_bits(Reader& in, size_t count, unsigned width, uint64_t* out) {
  if (width > 64 || count > (uint64_t{1} << 32)) throw Damaged("bit width out of range");
  if (width == 0) {
    std::fill(out, out + count, 0);
    return;
  }
  const std::string_view packed = in.bytes((count * width + 7) / 8);
  if (!in.ok()) throw Damaged("packed values end early");
  const auto* data = reinterpret_cast<const uint8_t*>(packed.data());
  const uint8_t* end = data + packed.size();
  const uint64_t mask = mask_of(width);
  uint64_t bit = 0;
  for (size_t i = 0; i < count; ++i, bit += width) {
    const uint8_t* from = data + bit / 8;
    const unsigned shift = bit % 8;
    const bool whole = end - from >= 8;
    uint64_t v = (whole ? load_word<uint64_t>(from) : load_tail(from, end)) >> shift;
    if (shift + width > 64) v |= static_cast<uint64_t>(from[8]) << (64 - shift);
    out[i] = v & mask;
  }
}

void encode_bools(std::span<const uint64_t> values, std::string& out) {
  const bool same =
      std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
  if (same && !values.empty()) {
    out.push_back(static_cast<char>(Encoding::constant));
    put_varint(out, values.front());
    return;
  }
  out.push_back(static_cast<char>(Encoding::bits));
  pack_bits(values, 1, out);
}

void decode_bools(Reader& in, size_t count, std::vector<uint64_t>& out) {
  out.resize(count);
  const auto encoding = static_cast<Encoding>(in.byte());
  if (encoding == Encoding::constant) {
    std::fill(out.begin(), out.end(), in.varint() & 1);
  } else if (encoding == Encoding::bits) {
    unpack_bits(in, count, 1, out.data());
  } else {
    throw Damaged("unknown encoding of booleans");
  }
  if (!in.ok()) throw Damaged("booleans end early");
}

}  // namespace tickwork::lmdb
