// SPDX-License-Identifier: MIT
// Encodings of a column's values (FORMAT.md, "Encodings"): a byte that names the encoding, then its
// payload. Encoders choose what is smallest; decoders check every length against their input and
// throw Damaged. The encodings of each kind live in codec_<kind>.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bytes.hpp"

namespace tickwork::lmdb {

struct Damaged : std::runtime_error {
  using runtime_error::runtime_error;
};

enum class Encoding : uint8_t {  // on disk: never renumber
  raw = 0,                       // 8 bytes a value
  constant = 1,                  // one value
  runs = 2,                      // first, then (delta, count) runs: regular times
  offsets = 3,                   // frame of reference: least value, width, bit-packed differences
  deltas = 4,                    // first value, then frame of reference of the deltas
  scaled = 5,     // floats as integers by a power of ten, exceptions apart (after ALP)
  xored = 6,      // floats by XOR with the predecessor (after Gorilla)
  bits = 7,       // booleans
  texts = 8,      // lengths, bytes
  dictionary = 9  // distinct texts, then their numbers
};

// Times and integers as 64-bit words; arithmetic wraps, order is that of signed numbers.
void encode_words(std::span<const uint64_t> values, std::string& out);
void decode_words(Reader& in, size_t count, uint64_t* out);  // out has room for count
void decode_words(Reader& in, size_t count, std::vector<uint64_t>& out);

void encode_times(std::span<const uint64_t> values, std::string& out);  // decode_words reads them

void encode_floats(std::span<const uint64_t> values, std::string& out);
void decode_floats(Reader& in, size_t count, std::vector<uint64_t>& out);

void encode_bools(std::span<const uint64_t> values, std::string& out);
void decode_bools(Reader& in, size_t count, std::vector<uint64_t>& out);

void encode_texts(std::span<const std::string_view> values, std::string& out);
void decode_texts(Reader& in, size_t count, std::vector<std::string_view>& out);

// Bit packing, least significant bit first; width 0 to 64.
void pack_bits(std::span<const uint64_t> values, unsigned width, std::string& out);
void unpack_bits(Reader& in, size_t count, unsigned width, uint64_t* out);

// The power of ten, 0 to 18, that turns the value into an integer and back bit by bit; -1: none.
int decimal_exponent(double value);

// Scales by a power of ten; false if it does not come back bit by bit.
bool to_scaled(double value, int exponent, int64_t& scaled);
double from_scaled(int64_t scaled, int exponent);

}  // namespace tickwork::lmdb
