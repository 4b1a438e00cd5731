// SPDX-License-Identifier: MIT
// What writers remember of series, against a map.
#include "known_series.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace tickwork::lmdb {
namespace {

KeyHash hash_of(uint64_t n) { return hash_key(std::to_string(n), 1); }

TEST(KnownSeriesTest, AgreesWithAMap) {
  KnownSeriesTable table;
  std::map<uint64_t, std::pair<SeriesId, KnownSeries*>> model;  // by what is hashed
  std::mt19937_64 random(3);
  for (SeriesId id = 1; id < 20'000; ++id) {
    KnownSeries* series = table.add(id, hash_of(id));
    EXPECT_EQ(series->id, id);
    model[id] = {id, series};
    if (random() % 3) continue;
    table.spell(series, hash_of(1'000'000 + id));
    model[1'000'000 + id] = {id, series};
    if (random() % 3) continue;
    table.spell(series, hash_of(2'000'000 + id));  // only the last is remembered
    model[2'000'000 + id] = {id, series};
    model.erase(1'000'000 + id);
    EXPECT_EQ(table.find(hash_of(1'000'000 + id)), nullptr);
  }
  const auto check = [&] {
    for (const auto& [n, known] : model) {
      KnownSeries* found = table.find(hash_of(n));
      ASSERT_EQ(found, known.second) << n;
      EXPECT_EQ(found->id, known.first);
    }
    for (uint64_t n = 0; n < 1000; ++n) EXPECT_EQ(table.find(hash_of(9'000'000 + n)), nullptr);
  };
  check();
  table.forget([](SeriesId id) { return id % 5 == 0; });
  for (SeriesId id = 5; id < 20'000; id += 5) {
    EXPECT_EQ(table.find(hash_of(id - 1))->id, id - 1);  // the dead one is next
    EXPECT_EQ(table.find(hash_of(id)), nullptr);
  }
  KnownSeries* const first_dead = model[5].second;
  std::erase_if(model, [](const auto& known) { return known.second.first % 5 == 0; });
  check();
  const size_t living = table.size();
  model[50'000] = {50'000, table.add(50'000, hash_of(50'000))};
  EXPECT_EQ(model[50'000].second, first_dead);  // takes its place
  EXPECT_EQ(table.size(), living + 1);
  check();
  table.clear();
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.find(hash_of(1)), nullptr);
}

}  // namespace
}  // namespace tickwork::lmdb
