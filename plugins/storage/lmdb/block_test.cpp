// SPDX-License-Identifier: MIT
// Blocks and segments: round trips of random rows, summaries, cuts, damage.
#include "block.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "checksum.hpp"
#include "segment.hpp"

namespace tickwork::lmdb {
namespace {

constexpr int64_t second = 1'000'000'000, hour = 3600 * second;

Columns random_rows(std::mt19937_64& random, size_t n) {
  static const std::string texts[] = {"a", "bb", "", "a longer text", "e"};
  Columns rows;
  int64_t t = static_cast<int64_t>(random() % 1'000'000) * second;
  for (size_t i = 0; i < n; ++i)
    rows.times.push_back(t += 1 + static_cast<int64_t>(random() % 3) * second);
  for (uint32_t type = TW_FLOAT; type <= TW_STRING; ++type) {
    Column& column = rows.columns.emplace_back();
    column.field = type * 10;
    column.type = type;
    for (size_t i = 0; i < n; ++i) {
      if (random() % 4 == 0) continue;
      if (type == TW_STRING) {
        column.push(std::string_view(texts[random() % 5]), i);
      } else if (type == TW_FLOAT) {
        column.push(std::bit_cast<uint64_t>(static_cast<double>(random() % 1000) / 8), i);
      } else {
        column.push(type == TW_BOOL ? random() % 2 : random() % 1000, i);
      }
    }
  }
  rows.finish();
  return rows;
}

void expect_equal(const Column& a, const Column& b) {
  EXPECT_EQ(a.field, b.field);
  EXPECT_EQ(a.type, b.type);
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a.has(i), b.has(i)) << i;
    if (!a.has(i)) continue;
    if (a.text()) {
      ASSERT_EQ(a.texts[i], b.texts[i]);
    } else {
      ASSERT_EQ(a.bits[i], b.bits[i]);
    }
  }
}

TEST(BlockTest, RowsOfEveryTypeComeBack) {
  std::mt19937_64 random(1);
  for (const size_t n : {2u, 17u, 300u, 4096u}) {
    const Columns rows = random_rows(random, n);
    std::string block;
    encode_block(7, rows, 0, n, block);
    verify_block(7, block);
    const Columns back = decode_block(block, nullptr);
    EXPECT_EQ(back.times, rows.times);
    ASSERT_EQ(back.columns.size(), rows.columns.size());
    for (size_t c = 0; c < rows.columns.size(); ++c) expect_equal(rows.columns[c], back.columns[c]);
    const BlockHead head = start_block(block).head;
    EXPECT_EQ(head.rows, n);
    EXPECT_EQ(head.first, rows.times.front());
    EXPECT_EQ(head.last, rows.times.back());
  }
}

TEST(BlockTest, DecodesOnlyWhatIsWanted) {
  std::mt19937_64 random(2);
  const Columns rows = random_rows(random, 100);
  std::string block;
  encode_block(1, rows, 10, 60, block);
  const std::vector<FieldId> wanted{20, 99};
  Columns back = decode_block(block, &wanted);
  ASSERT_EQ(back.columns.size(), 2u);
  EXPECT_EQ(back.rows(), 50u);
  EXPECT_EQ(back.times.front(), rows.times[10]);
  EXPECT_EQ(back.columns[0].type, static_cast<uint32_t>(TW_INT));
  EXPECT_EQ(back.columns[1].size(), 0u);
}

TEST(BlockTest, SummariesAnswerWithoutDecoding) {
  Columns rows;
  rows.times = {1, 2, 3, 4};
  Column& f = rows.columns.emplace_back();
  f.field = 1;
  f.type = TW_FLOAT;
  for (const double v : {2.5, -1.25, 1e300, 0.1}) f.push(std::bit_cast<uint64_t>(v), f.size());
  Column& n = rows.columns.emplace_back();
  n.field = 2;
  n.type = TW_INT;
  n.push(static_cast<uint64_t>(-5), 1);
  n.push(9, 3);
  rows.finish();
  std::string block;
  encode_block(1, rows, 0, 4, block);
  uint32_t type = 0;
  Summary s;
  ASSERT_TRUE(read_summary(block, 1, type, s));
  EXPECT_EQ(s.count, 4u);
  EXPECT_EQ(std::bit_cast<double>(s.least), -1.25);
  EXPECT_EQ(std::bit_cast<double>(s.most), 1e300);
  EXPECT_EQ(std::bit_cast<double>(s.sum), 2.5 - 1.25 + 1e300 + 0.1);
  EXPECT_EQ(std::bit_cast<double>(s.last), 0.1);
  ASSERT_TRUE(read_summary(block, 2, type, s));
  EXPECT_EQ(type, static_cast<uint32_t>(TW_INT));
  EXPECT_EQ(s.count, 2u);
  EXPECT_EQ(static_cast<int64_t>(s.least), -5);
  EXPECT_EQ(s.sum, 4u);
  EXPECT_EQ(static_cast<int64_t>(s.first), -5);
  EXPECT_FALSE(read_summary(block, 3, type, s));
}

TEST(BlockTest, CutsAtHoursOnceThereAreEnoughRows) {
  std::vector<int64_t> times;
  for (int64_t i = 0; i < 1080; ++i) times.push_back(i * 10 * second);  // three hours
  EXPECT_EQ(cut_blocks(times), (std::vector<size_t>{360, 720, 1080}));
  times.clear();
  for (int64_t i = 0; i < 600; ++i) times.push_back(i * 60 * second);  // ten hours
  EXPECT_EQ(cut_blocks(times), (std::vector<size_t>{300, 600}));
  times.clear();
  for (int64_t i = 0; i < 5000; ++i) times.push_back(-hour / 2 + i);
  EXPECT_EQ(cut_blocks(times), (std::vector<size_t>{4096, 5000}));
}

TEST(BlockTest, EveryChangedBitIsFound) {
  std::mt19937_64 random(3);
  const Columns rows = random_rows(random, 20);
  std::string block;
  encode_block(3, rows, 0, 20, block);
  for (size_t i = 0; i < block.size() * 8; ++i) {
    std::string changed = block;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    const auto read = [&] {
      verify_block(3, changed);
      decode_block(changed, nullptr);
    };
    EXPECT_THROW(read(), Damaged);
  }
  EXPECT_THROW(verify_block(4, block), Damaged);  // another series' block
}

// What builds wrote before payloads had checks: one checksum of everything.
TEST(BlockTest, ReadsBlocksWithoutChecks) {
  std::string times, rest, block;
  const std::vector<uint64_t> at{1000, 1010};
  encode_times(at, times);
  put_varint(rest, 2);
  put_varint(rest, zigzag(1000));
  put_varint(rest, 10);
  put_text(rest, times);
  put_varint(rest, 1);  // column: field 7, an integer, no nulls, two values of 5
  put_varint(rest, 7);
  rest.push_back(TW_INT);
  rest.push_back(0);
  put_varint(rest, 2);
  for (const uint64_t v : {5, 5, 10, 5, 5}) put_varint(rest, zigzag(v));
  std::string payload;
  encode_words(std::vector<uint64_t>{5, 5}, payload);
  put_text(rest, payload);
  put_word(block, checksum(rest, 9));
  block += rest;
  verify_block(9, block);
  const Columns rows = decode_block(block, nullptr);
  EXPECT_EQ(rows.times, (std::vector<int64_t>{1000, 1010}));
  ASSERT_EQ(rows.columns.size(), 1u);
  EXPECT_EQ(rows.columns[0].bits, (std::vector<uint64_t>{5, 5}));
  uint32_t type = 0;
  Summary s;
  ASSERT_TRUE(read_summary(block, 7, type, s));
  EXPECT_EQ(s.sum, 10u);
  block.back() = static_cast<char>(block.back() ^ 1);
  EXPECT_THROW(verify_block(9, block), Damaged);
}

// A column that is not read is not touched, and damage in it does not matter.
TEST(BlockTest, DamageOfAColumnIsThatColumnsAlone) {
  std::mt19937_64 random(4);
  Columns rows = random_rows(random, 20);
  std::string block;
  encode_block(3, rows, 0, 20, block);
  block.back() = static_cast<char>(block.back() ^ 1);
  verify_block(3, block);
  BlockView view;
  view.open(block);
  const FieldId last = view.columns().back().field, first = view.columns().front().field;
  ASSERT_NE(first, last);
  const std::vector<FieldId> sound{first}, damaged{last};
  EXPECT_EQ(decode_block(block, &sound).rows(), 20u);
  EXPECT_THROW(decode_block(block, &damaged), Damaged);
}

TEST(SegmentTest, PacksAboutSixtyFourKilobytes) {
  std::vector<std::string> segments;
  std::vector<std::pair<SeriesId, uint64_t>> keys;
  SegmentWriter writer([&](SeriesId first, uint64_t block, std::string_view segment) {
    keys.emplace_back(first, block);
    segments.emplace_back(segment);
  });
  const std::string block(1000, 'x');
  for (SeriesId series = 5; series < 8; ++series) {
    for (int i = 0; i < 100; ++i) writer.add(series, block);
  }
  writer.finish();
  ASSERT_EQ(segments.size(), 5u);
  EXPECT_EQ(keys[0], (std::pair<SeriesId, uint64_t>(5, 0)));
  EXPECT_EQ(keys[1].first, 5u);
  EXPECT_GT(keys[1].second, 60u);  // the series goes on in the next segment
  size_t found = 0;
  for (const std::string& bytes : segments) {
    EXPECT_LE(bytes.size(), 65536u);
    const Segment segment(bytes);
    for (size_t i = segment.lower_bound(6); i < segment.count() && segment.series(i) == 6; ++i) {
      EXPECT_EQ(segment.block(i), block);
      ++found;
    }
  }
  EXPECT_EQ(found, 100u);
  segments[0][30] = static_cast<char>(segments[0][30] ^ 1);
  EXPECT_THROW(Segment{segments[0]}, Damaged);
}

}  // namespace
}  // namespace tickwork::lmdb
