// SPDX-License-Identifier: MIT
// Bit packing and booleans.
#include <algorithm>

#include "codec.hpp"

namespace tickwork::lmdb {

void pack_bits(std::span<const uint64_t> values, unsigned width, std::string& out) {
  if (width == 0) return;
  const size_t start = out.size(), bytes = (values.size() * width + 7) / 8;
  out.resize(start + bytes + sizeof(uint64_t));
  char* at = out.data() + start;
  uint64_t word = 0;
  unsigned filled = 0;
  for (const uint64_t v : values) {
    word |= v << filled;
    filled += width;
    if (filled < 64) continue;
    std::memcpy(at, &word, sizeof word);
    at += sizeof word;
    filled -= 64;
    word = filled == 0 ? 0 : v >> (width - filled);
  }
  std::memcpy(at, &word, sizeof word);
  out.resize(start + bytes);
}

namespace {

uint64_t mask_of(unsigned width) { return width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

// Eight values of at most eight bits are as many bytes as one has bits.
template <unsigned width>
void unpack_eights(const uint8_t* from, size_t eights, uint64_t* out) {
  constexpr uint64_t mask = (uint64_t{1} << width) - 1;
  for (size_t n = 0; n < eights; ++n, from += width, out += 8) {
    const auto word = load_word<uint64_t>(from);
    for (unsigned i = 0; i < 8; ++i) out[i] = word >> (i * width) & mask;
  }
}

using UnpackEights = void (*)(const uint8_t*, size_t, uint64_t*);
constexpr UnpackEights narrow[] = {nullptr,          unpack_eights<1>, unpack_eights<2>,
                                   unpack_eights<3>, unpack_eights<4>, unpack_eights<5>,
                                   unpack_eights<6>, unpack_eights<7>, unpack_eights<8>};

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
  size_t i = 0;
  if (width <= 8 && packed.size() >= 8) {  // a whole word is there for each of these
    const size_t eights = std::min(count / 8, (packed.size() - 8) / width + 1);
    narrow[width](data, eights, out);
    i = eights * 8;
  }
  uint64_t bit = i * width;
  for (; i < count; ++i, bit += width) {
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
