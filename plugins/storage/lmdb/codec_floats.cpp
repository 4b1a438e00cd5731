// SPDX-License-Identifier: MIT
// Floats: constant; decimals as scaled integers with exceptions, after "ALP: Adaptive Lossless
// floating-Point Compression" (Afroozeh, Kuffo, Boncz, 2023), with a division instead of a
// multiplication so that every short decimal comes back exactly; else XOR with the predecessor,
// after "Gorilla" (Pelkonen et al., 2015), by bytes.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "codec.hpp"

namespace tickwork::lmdb {
namespace {

constexpr int most_exponent = 18;
constexpr size_t sample_size = 32;

constexpr std::array<double, most_exponent + 1> powers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                                          1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                                          1e14, 1e15, 1e16, 1e17, 1e18};

// The exponent that most of a sample needs; -1 if most need none that works.
int choose_exponent(std::span<const uint64_t> values) {
  const size_t step = std::max<size_t>(1, values.size() / sample_size);
  int best = 0;
  size_t failed = 0, seen = 0;
  for (size_t i = 0; i < values.size(); i += step, ++seen) {
    const int needs = decimal_exponent(std::bit_cast<double>(values[i]));
    if (needs < 0) ++failed;
    best = std::max(best, needs);
  }
  return failed * 4 > seen ? -1 : best;
}

bool encode_scaled(std::span<const uint64_t> values, std::string& out) {
  const int exponent = choose_exponent(values);
  if (exponent < 0) return false;
  std::vector<uint64_t> scaled(values.size());
  std::vector<uint32_t> exceptions;
  for (size_t i = 0; i < values.size(); ++i) {
    int64_t n = 0;
    if (to_scaled(std::bit_cast<double>(values[i]), exponent, n)) {
      scaled[i] = static_cast<uint64_t>(n);
    } else {
      exceptions.push_back(static_cast<uint32_t>(i));
      scaled[i] = i > 0 ? scaled[i - 1] : 0;
    }
  }
  if (exceptions.size() * 4 > values.size()) return false;
  out.push_back(static_cast<char>(Encoding::scaled));
  out.push_back(static_cast<char>(exponent));
  put_varint(out, exceptions.size());
  for (const uint32_t at : exceptions) {
    put_varint(out, at);
    put_word(out, values[at]);
  }
  encode_words(scaled, out);
  return true;
}

void decode_scaled(Reader& in, size_t count, std::vector<uint64_t>& out) {
  const unsigned exponent = in.byte();
  const uint64_t n_exceptions = in.varint();
  if (exponent > most_exponent || n_exceptions > count) throw Damaged("scaled floats out of range");
  std::vector<std::pair<uint64_t, uint64_t>> exceptions;
  for (uint64_t i = 0; i < n_exceptions; ++i) {
    const uint64_t at = in.varint();
    exceptions.emplace_back(at, in.word<uint64_t>());
    if (at >= count) throw Damaged("exception beyond the floats");
  }
  decode_words(in, count, out);
  const double power = powers[exponent];
  for (uint64_t& v : out) {
    v = std::bit_cast<uint64_t>(static_cast<double>(static_cast<int64_t>(v)) / power);
  }
  for (const auto& [at, value] : exceptions) out[at] = value;
}

// Per value a control byte (count of leading zero bytes, count of bytes) and the bytes between.
void encode_xored(std::span<const uint64_t> values, std::string& out) {
  out.push_back(static_cast<char>(Encoding::xored));
  uint64_t previous = 0;
  for (const uint64_t v : values) {
    const uint64_t x = v ^ previous;
    previous = v;
    const unsigned trailing = x == 0 ? 0 : static_cast<unsigned>(std::countr_zero(x)) / 8;
    const unsigned length =
        x == 0 ? 0 : 8 - trailing - static_cast<unsigned>(std::countl_zero(x)) / 8;
    out.push_back(static_cast<char>(trailing << 4 | length));
    const uint64_t shifted = x >> (8 * trailing);
    out.append(reinterpret_cast<const char*>(&shifted), length);
  }
}

void decode_xored(Reader& in, size_t count, std::vector<uint64_t>& out) {
  out.clear();
  uint64_t previous = 0;
  for (size_t i = 0; i < count; ++i) {
    const unsigned control = in.byte(), trailing = control >> 4, length = control & 15;
    const std::string_view bytes = in.bytes(length);
    if (!in.ok() || trailing + length > 8 || trailing > 7) throw Damaged("floats end early");
    uint64_t x = 0;
    std::memcpy(&x, bytes.data(), length);
    out.push_back(previous ^= x << (8 * trailing));
  }
}

}  // namespace

bool to_scaled(double value, int exponent, int64_t& scaled) {
  const double product = value * powers[static_cast<size_t>(exponent)];
  if (!(std::fabs(product) < 9.0e15)) return false;  // beyond, doubles skip integers
  scaled = std::llround(product);
  return std::bit_cast<uint64_t>(from_scaled(scaled, exponent)) == std::bit_cast<uint64_t>(value);
}

double from_scaled(int64_t scaled, int exponent) {
  return static_cast<double>(scaled) / powers[static_cast<size_t>(exponent)];
}

int decimal_exponent(double value) {
  int64_t scaled = 0;
  for (int exponent = 0; exponent <= most_exponent; ++exponent) {
    if (to_scaled(value, exponent, scaled)) return exponent;
  }
  return -1;
}

void encode_floats(std::span<const uint64_t> values, std::string& out) {
  const bool differ =
      std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end();
  if (!differ && !values.empty()) {
    out.push_back(static_cast<char>(Encoding::constant));
    put_word(out, values.front());
    return;
  }
  if (!encode_scaled(values, out)) encode_xored(values, out);
}

void decode_floats(Reader& in, size_t count, std::vector<uint64_t>& out) {
  const auto encoding = static_cast<Encoding>(in.byte());
  if (encoding == Encoding::constant) {
    out.assign(count, in.word<uint64_t>());
  } else if (encoding == Encoding::scaled) {
    decode_scaled(in, count, out);
  } else if (encoding == Encoding::xored) {
    decode_xored(in, count, out);
  } else {
    throw Damaged("unknown encoding of floats");
  }
  if (!in.ok()) throw Damaged("floats end early");
}

}  // namespace tickwork::lmdb
