// SPDX-License-Identifier: MIT
// Shared blocks and the generations that mix them with blocks of one series.
#include "shared_block.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <bit>
#include <filesystem>
#include <map>
#include <random>

#include "generation.hpp"

namespace tickwork::lmdb {
namespace {

using Rows = std::map<SeriesId, Columns>;

// Rows of one of three measurements, with nulls here and there.
Columns mixed_rows(std::mt19937_64& random, size_t n) {
  static const std::string texts[] = {"a", "", "a longer text"};
  Columns rows;
  auto t = static_cast<int64_t>(random() % 1000) - 500;
  for (size_t i = 0; i < n; ++i) rows.times.push_back(t += 1 + static_cast<int64_t>(random() % 3));
  const auto measurement = static_cast<FieldId>(random() % 3);
  for (uint32_t type = TW_FLOAT; type <= TW_STRING; ++type) {
    if ((type + measurement) % 3 == 0) continue;
    Column& column = rows.columns.emplace_back();
    column.field = measurement * 10 + type;
    column.type = type;
    const bool nulls = random() % 4 == 0;
    for (size_t i = 0; i < n; ++i) {
      if (nulls && random() % 3 == 0) continue;
      if (type == TW_STRING) {
        column.push(std::string_view(texts[random() % 3]), i);
      } else if (type == TW_FLOAT) {
        column.push(std::bit_cast<uint64_t>(static_cast<double>(random() % 100) / 10), i);
      } else {
        column.push(type == TW_BOOL ? random() % 2 : random() >> (random() % 64), i);
      }
    }
  }
  rows.finish();
  return rows;
}

bool any_value(const Column& column, size_t rows) {
  for (size_t i = 0; i < rows; ++i) {
    if (column.has(i)) return true;
  }
  return false;
}

// A text for each row; columns without a value do not count.
std::string text_of(const Columns& rows) {
  std::string out;
  for (size_t i = 0; i < rows.rows(); ++i) {
    out += std::to_string(rows.times[i]);
    for (const Column& column : rows.columns) {
      if (!any_value(column, rows.rows())) continue;
      out += " " + std::to_string(column.field) + ":" + std::to_string(column.type) + "=";
      if (!column.has(i)) continue;
      out += column.text() ? std::string(column.texts[i]) : std::to_string(column.bits[i]);
    }
    out += "\n";
  }
  return out;
}

std::string encoded(const Rows& rows) {
  SharedBlockWriter writer;
  for (const auto& [series, columns] : rows) writer.add(series, columns);
  std::string block;
  writer.finish(block);
  return block;
}

Rows short_series(std::mt19937_64& random, size_t n, size_t most_rows) {
  Rows rows;
  SeriesId series = 1 + random() % 1000;
  for (size_t i = 0; i < n; ++i) {
    rows[series] = mixed_rows(random, 1 + random() % most_rows);
    series += 1 + random() % 3;
  }
  return rows;
}

TEST(SharedBlockTest, SeriesOfSeveralMeasurementsComeBack) {
  std::mt19937_64 random(1);
  SharedBlock block;
  for (const size_t most : {1u, 3u, 16u}) {
    const Rows rows = short_series(random, 100, most);
    const std::string bytes = encoded(rows);
    verify_block(rows.begin()->first, bytes);
    block.open(bytes);
    ASSERT_EQ(block.series().size(), rows.size());
    Columns back;
    for (const auto& [series, expected] : rows) {
      const size_t place = block.find(series);
      ASSERT_LT(place, rows.size());
      block.read(place, nullptr, back);
      EXPECT_EQ(text_of(back), text_of(expected));
      EXPECT_EQ(block.head(place).rows, expected.rows());
      EXPECT_EQ(block.head(place).first, expected.times.front());
      EXPECT_EQ(block.head(place).last, expected.times.back());
    }
    EXPECT_EQ(block.find(rows.rbegin()->first + 1), rows.size());
  }
}

TEST(SharedBlockTest, DecodesOnlyWhatIsWanted) {
  std::mt19937_64 random(2);
  const Rows rows = short_series(random, 50, 4);
  const std::string bytes = encoded(rows);
  SharedBlock block;
  block.open(bytes);
  const std::vector<FieldId> wanted{12, 99};
  Columns back;
  for (const auto& [series, expected] : rows) {
    block.read(block.find(series), &wanted, back);
    ASSERT_EQ(back.columns.size(), 2u);
    EXPECT_EQ(back.columns[1].size(), 0u);
    for (const Column& column : expected.columns) {
      if (column.field != 12 || !any_value(column, expected.rows())) continue;
      ASSERT_EQ(back.columns[0].size(), expected.rows());
      for (size_t i = 0; i < expected.rows(); ++i) {
        EXPECT_EQ(back.columns[0].bits[i], column.bits[i]);
        EXPECT_EQ(back.columns[0].has(i), column.has(i));
      }
    }
  }
}

TEST(SharedBlockTest, ARowOfAMillionSeriesTakesFewBytes) {
  Rows rows;
  std::mt19937_64 random(3);
  for (SeriesId series = 1; series <= 2000; ++series) {
    Columns& one = rows[series];
    one.times = {1'451'606'400'000'000'000};
    Column& column = one.columns.emplace_back();
    column.field = 1;
    column.type = TW_FLOAT;
    column.push(std::bit_cast<uint64_t>(static_cast<double>(random() % 100'000) / 100), 0);
  }
  EXPECT_LT(encoded(rows).size(), 2000 * 9 / 4);  // 17 bits are 2.1 bytes
}

TEST(SharedBlockTest, EveryChangedBitIsFoundOrHarmless) {
  std::mt19937_64 random(4);
  const Rows rows = short_series(random, 20, 3);
  const std::string bytes = encoded(rows);
  SharedBlock block;
  for (size_t i = 0; i < bytes.size() * 8; ++i) {
    std::string changed = bytes;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    EXPECT_THROW(verify_block(rows.begin()->first, changed), Damaged);
    try {
      block.open(changed);
      Columns back;
      for (size_t place = 0; place < block.series().size(); ++place) {
        block.read(place, nullptr, back);
      }
    } catch (const Damaged&) {
    }
  }
  EXPECT_THROW(decode_block(bytes, nullptr), Damaged);  // of another kind
}

struct GenerationTest : ::testing::Test {
  GenerationTest() {
    std::string name = (std::filesystem::temp_directory_path() / "tickwork-lmdb-XXXXXX").string();
    EXPECT_TRUE(mkdtemp(name.data()));
    folder = name;
    env = std::make_unique<Environment>(folder, size_t{1} << 30, shard_trees);
  }
  ~GenerationTest() override {
    env.reset();
    std::filesystem::remove_all(folder);
  }
  void write(uint64_t generation, const Rows& rows) {
    Transaction txn(*env, Access::write);
    GenerationWriter writer(txn, generation);
    for (const auto& [series, columns] : rows) writer.add(series, columns);
    writer.finish();
    txn.commit();
  }
  // Blocks of their own, and shared ones.
  std::pair<size_t, size_t> count_blocks(uint64_t generation) {
    const Transaction txn(*env, Access::read);
    BlockWalk own(txn, generation, quiet), shared(txn, generation | shared_mark, quiet);
    std::pair<size_t, size_t> count;
    while (own.next()) ++count.first;
    while (shared.next()) ++count.second;
    return count;
  }
  void expect(uint64_t generation, const Rows& rows) {
    const Transaction txn(*env, Access::read);
    GenerationWalk walk(txn, generation, quiet);
    for (const auto& [series, expected] : rows) {
      ASSERT_EQ(walk.series(), series);
      RowParts parts;
      walk.read(parts);
      std::string text;
      for (size_t i = 0; i < parts.count(); ++i) text += text_of(parts[i]);
      EXPECT_EQ(text, text_of(expected));
    }
    EXPECT_EQ(walk.series(), 0u);
  }
  const Report quiet = [](const std::string& line) { ADD_FAILURE() << line; };
  std::string folder;
  std::unique_ptr<Environment> env;
};

TEST_F(GenerationTest, LongAndShortSeriesMixed) {
  std::mt19937_64 random(5);
  for (uint64_t generation = 1; generation < 6; ++generation) {
    Rows rows = short_series(random, 5000, 3);
    for (auto& [series, columns] : rows) {
      if (random() % (generation * 20) == 0) columns = mixed_rows(random, 17 + random() % 100);
    }
    write(generation, rows);
    const auto [own, shared] = count_blocks(generation);
    EXPECT_GT(own, 10u);
    EXPECT_GT(shared, 2u);
    EXPECT_LT(shared, 40u);
  }
  // Walks keep to their generation.
  const Rows last = short_series(random, 300, 2);
  write(9, last);
  expect(9, last);
}

TEST_F(GenerationTest, EverySeriesIsWalkedInOrder) {
  std::mt19937_64 random(6);
  Rows rows = short_series(random, 3000, 16);
  for (auto& [series, columns] : rows) {
    if (random() % 7 == 0) columns = mixed_rows(random, 20 + random() % 30);
  }
  write(1, rows);
  expect(1, rows);
}

TEST_F(GenerationTest, FewShortSeriesShareNothing) {
  std::mt19937_64 random(7);
  Rows rows = short_series(random, 15, 3);
  write(1, rows);
  EXPECT_EQ(count_blocks(1), (std::pair<size_t, size_t>(15, 0)));
  expect(1, rows);
  rows[rows.rbegin()->first + 1] = mixed_rows(random, 2);
  write(2, rows);
  EXPECT_EQ(count_blocks(2), (std::pair<size_t, size_t>(0, 1)));
  expect(2, rows);
}

// A few short series before many long ones do not make the writer hold these back.
TEST_F(GenerationTest, HoldsBackLittle) {
  std::mt19937_64 random(8);
  Rows rows = short_series(random, 5, 1);
  for (SeriesId series = 5000; series < 5400; ++series) rows[series] = mixed_rows(random, 300);
  for (SeriesId series = 6000; series < 6100; ++series) rows[series] = mixed_rows(random, 1);
  write(1, rows);
  expect(1, rows);
  EXPECT_EQ(count_blocks(1), (std::pair<size_t, size_t>(405, 1)));
}

}  // namespace
}  // namespace tickwork::lmdb
