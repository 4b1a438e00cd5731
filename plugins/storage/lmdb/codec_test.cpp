// SPDX-License-Identifier: MIT
// Every encoding gives back what it was given: seeded random data of the kinds that choose it, and
// corners. Cut or changed bytes end in Damaged, never in a crash.
#include "codec.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

namespace tickwork::lmdb {
namespace {

using Words = std::vector<uint64_t>;

enum class Kind { words, times, floats, bools };

std::string encoded(Kind kind, const Words& values) {
  std::string out;
  if (kind == Kind::words) encode_words(values, out);
  if (kind == Kind::times) encode_times(values, out);
  if (kind == Kind::floats) encode_floats(values, out);
  if (kind == Kind::bools) encode_bools(values, out);
  return out;
}

Words decoded(Kind kind, std::string_view bytes, size_t count) {
  Words out;
  Reader in(bytes);
  if (kind == Kind::floats) {
    decode_floats(in, count, out);
  } else if (kind == Kind::bools) {
    decode_bools(in, count, out);
  } else {
    decode_words(in, count, out);
  }
  return out;
}

Encoding encoding_of(const std::string& bytes) { return static_cast<Encoding>(bytes.at(0)); }

void expect_round_trip(Kind kind, const Words& values) {
  EXPECT_EQ(decoded(kind, encoded(kind, values), values.size()), values);
}

Words floats(const std::vector<double>& values) {
  Words out;
  for (const double v : values) out.push_back(std::bit_cast<uint64_t>(v));
  return out;
}

TEST(CodecTest, WordsOfEveryWidth) {
  std::mt19937_64 random(1);
  for (unsigned width = 0; width <= 64; ++width) {
    for (const size_t n : {1u, 2u, 7u, 128u, 1000u}) {
      Words values(n);
      for (uint64_t& v : values) v = width == 0 ? 5 : random() >> (64 - width);
      expect_round_trip(Kind::words, values);
      expect_round_trip(Kind::times, values);
    }
  }
}

TEST(CodecTest, ExtremesWrapAndComeBack) {
  const auto least = static_cast<uint64_t>(std::numeric_limits<int64_t>::min());
  const auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  const Words values{least, most, 0, ~uint64_t{0}, least, 1, most};
  expect_round_trip(Kind::words, values);
  expect_round_trip(Kind::times, values);
}

TEST(CodecTest, RegularTimesAreOneRun) {
  Words times;
  for (uint64_t i = 0; i < 1000; ++i)
    times.push_back(1'700'000'000'000'000'000 + i * 10'000'000'000);
  const std::string bytes = encoded(Kind::times, times);
  EXPECT_EQ(encoding_of(bytes), Encoding::runs);
  EXPECT_LT(bytes.size(), 24u);
  EXPECT_EQ(decoded(Kind::times, bytes, times.size()), times);
}

TEST(CodecTest, JitteredTimes) {
  std::mt19937_64 random(2);
  Words times;
  uint64_t t = 1'700'000'000'000'000'000;
  for (int i = 0; i < 3000; ++i) times.push_back(t += 10'000'000'000 + random() % 1'000'000);
  const std::string bytes = encoded(Kind::times, times);
  EXPECT_EQ(encoding_of(bytes), Encoding::deltas);
  EXPECT_LT(bytes.size(), times.size() * 3);
  EXPECT_EQ(decoded(Kind::times, bytes, times.size()), times);
}

TEST(CodecTest, CountersAreDeltas) {
  std::mt19937_64 random(3);
  Words values;
  uint64_t v = 1 << 30;
  for (int i = 0; i < 1000; ++i) values.push_back(v += random() % 100);
  const std::string bytes = encoded(Kind::words, values);
  EXPECT_EQ(encoding_of(bytes), Encoding::deltas);
  EXPECT_EQ(decoded(Kind::words, bytes, values.size()), values);
}

TEST(CodecTest, DecimalsAreScaled) {
  std::mt19937_64 random(4);
  for (int digits = 0; digits <= 4; ++digits) {
    std::vector<double> values;
    for (int i = 0; i < 1000; ++i) {
      values.push_back(static_cast<double>(random() % 100'000) / std::pow(10.0, digits));
    }
    const std::string bytes = encoded(Kind::floats, floats(values));
    EXPECT_EQ(encoding_of(bytes), Encoding::scaled);
    EXPECT_LT(bytes.size(), values.size() * 5 / 2);
    EXPECT_EQ(decoded(Kind::floats, bytes, values.size()), floats(values));
  }
}

TEST(CodecTest, RandomFloatsAreXored) {
  std::mt19937_64 random(5);
  Words values(1000);
  for (uint64_t& v : values) v = random();
  EXPECT_EQ(encoding_of(encoded(Kind::floats, values)), Encoding::xored);
  expect_round_trip(Kind::floats, values);
}

TEST(CodecTest, FloatCorners) {
  const double infinity = std::numeric_limits<double>::infinity();
  expect_round_trip(Kind::floats, floats({0.0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308, 0.1,
                                          1e300, 1 / 3.0}));
  expect_round_trip(Kind::floats, floats({-0.0, 1.5, 2.5, 3.5, 4.5, 5.5}));
  expect_round_trip(Kind::floats, floats({infinity, -infinity, std::nan("1"), 1.0}));
  expect_round_trip(Kind::floats, floats({9007199254740993.0, 1e15, 123456789012345678.0, 0.5}));
  expect_round_trip(Kind::floats, floats({2.5}));
}

TEST(CodecTest, ExceptionsAmongDecimals) {
  std::mt19937_64 random(6);
  std::vector<double> values;
  for (int i = 0; i < 2000; ++i) {
    values.push_back(i % 9 == 0 ? static_cast<double>(random()) / 3e11
                                : static_cast<double>(i % 50) / 4);
  }
  expect_round_trip(Kind::floats, floats(values));
}

TEST(CodecTest, Bools) {
  std::mt19937_64 random(7);
  for (size_t n = 1; n < 100; ++n) {
    Words values(n);
    for (uint64_t& v : values) v = random() % 2;
    expect_round_trip(Kind::bools, values);
  }
  EXPECT_EQ(encoding_of(encoded(Kind::bools, Words(50, 1))), Encoding::constant);
  expect_round_trip(Kind::bools, Words(50, 1));
}

TEST(CodecTest, Texts) {
  std::mt19937_64 random(8);
  for (const unsigned distinct : {1u, 5u, 1000u, 100000u}) {
    std::vector<std::string> owned;
    for (int i = 0; i < 1000; ++i)
      owned.push_back(std::string(random() % 20, 'x') + std::to_string(random() % distinct));
    owned.push_back("");
    const std::vector<std::string_view> values(owned.begin(), owned.end());
    std::string bytes;
    encode_texts(values, bytes);
    Reader in(bytes);
    std::vector<std::string_view> out;
    decode_texts(in, values.size(), out);
    EXPECT_EQ(out, values);
  }
}

TEST(CodecTest, CutBytesAreDamage) {
  std::mt19937_64 random(9);
  for (const Kind kind : {Kind::words, Kind::times, Kind::floats, Kind::bools}) {
    Words values(200);
    for (uint64_t& v : values) v = kind == Kind::bools ? random() % 2 : random();
    const std::string bytes = encoded(kind, values);
    for (size_t n = 0; n < bytes.size(); ++n) {
      EXPECT_THROW(decoded(kind, bytes.substr(0, n), values.size()), Damaged);
    }
  }
}

TEST(CodecTest, ChangedBytesDoNotCrash) {
  std::mt19937_64 random(10);
  for (int round = 0; round < 3000; ++round) {
    const Kind kind = static_cast<Kind>(round % 4);
    Words values(50);
    for (uint64_t& v : values) v = kind == Kind::bools ? random() % 2 : random() % 1000;
    std::string bytes = encoded(kind, values);
    bytes[random() % bytes.size()] = static_cast<char>(random());
    try {
      EXPECT_EQ(decoded(kind, bytes, values.size()).size(), values.size());
    } catch (const Damaged&) {
    }
  }
}

TEST(ReaderTest, SkipsVarintsOfEveryLength) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 200; ++round) {
    std::string bytes;
    const size_t n = random() % 50;
    for (size_t i = 0; i < n; ++i) put_varint(bytes, random() >> (random() % 64));
    put_varint(bytes, 4711);
    Reader in(bytes);
    in.skip_varints(n);
    EXPECT_EQ(in.varint(), 4711u);
    EXPECT_TRUE(in.ok() && in.empty());
    Reader short_by_one(bytes);
    short_by_one.skip_varints(n + 2);
    EXPECT_FALSE(short_by_one.ok());
  }
}

}  // namespace
}  // namespace tickwork::lmdb
