// SPDX-License-Identifier: MIT
// What a reader of a shard finds does not depend on the order in which it is asked.
#include "shard.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "store_harness.hpp"

namespace tickwork::lmdb {
namespace {

using lmdb_test::TemporaryFolder;

const Report no_damage = [](const std::string& what) { ADD_FAILURE() << what; };

Columns random_rows(size_t rows, std::mt19937_64& random) {
  Columns out;
  Column& column = out.columns.emplace_back();
  column.field = 1;
  column.type = TW_INT;
  for (size_t row = 0; row < rows; ++row) {
    out.times.push_back(static_cast<int64_t>(row) * 1'000'000'000);
    column.bits.push_back(random());  // eight bytes each
  }
  return out;
}

// The blocks as they lie in the file.
std::vector<std::string_view> blocks_of(ShardReader& reader, SeriesId series) {
  std::vector<ShardReader::Block> found;
  reader.find(series, INT64_MIN, INT64_MAX, found, no_damage);
  std::vector<std::string_view> out;
  for (const auto& block : found) out.push_back(block.start.bytes);
  return out;
}

TEST(ShardTest, SeriesAreFoundInAnyOrder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() + "/1");
  const auto shard = std::make_shared<Shard>(ShardInfo{}, folder.path() + "/1", size_t{1} << 28);
  std::mt19937_64 random(3);
  std::map<SeriesId, size_t> rows;  // some series fill several segments, many share one
  for (SeriesId series = 1; series <= 400; ++series) {
    if (series % 7 == 0) continue;
    rows[series] = series % 50 == 0 ? 30'000 : 300 + random() % 1500;
  }
  for (const uint64_t generation : {4, 6}) {
    shard->commit_generation(generation, [&](GenerationWriter& writer) {
      for (const auto& [series, n] : rows) {
        if ((series + generation) % 5 != 0) writer.add(series, random_rows(n, random));
      }
    });
  }
  ShardReader one(shard);
  std::vector<SeriesId> order;
  for (SeriesId series = 1; series <= 402; ++series) order.push_back(series);
  for (int round = 0; round < 5; ++round) {
    for (const SeriesId series : order) {
      ShardReader fresh(shard);
      const auto wanted = blocks_of(fresh, series);
      size_t n = 0;
      for (const std::string_view block : wanted) n += start_block(block).head.rows;
      const size_t generations = ((series + 4) % 5 != 0) + ((series + 6) % 5 != 0);
      const auto known = rows.find(series);
      ASSERT_EQ(n, known == rows.end() ? 0 : known->second * generations);
      ASSERT_EQ(blocks_of(one, series), wanted) << series;
    }
    std::shuffle(order.begin(), order.end(), random);
  }
}

}  // namespace
}  // namespace tickwork::lmdb
