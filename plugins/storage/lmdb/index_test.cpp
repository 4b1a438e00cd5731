// SPDX-License-Identifier: MIT
// The index against brute force: random series over many commits, conditions of every kind, deaths,
// reopening.
#include "index.hpp"

#include <gtest/gtest.h>

#include <random>

#include "series_key.hpp"
#include "store_harness.hpp"
#include "tag_filter.hpp"

namespace tickwork::lmdb {
namespace {

const KnownSeries* look_up(Index& index, KeyHash hash) {
  Index::Reading fresh;
  return index.lookup(hash, fresh);
}

using lmdb_test::str;
using lmdb_test::TemporaryFolder;

constexpr size_t map_size = 1 << 28;

struct IndexTest : ::testing::Test {
  IndexTest() { open(); }
  void open() {
    index.reset();
    index = std::make_unique<Index>(folder.path() + "/index", map_size, 42);
  }
  SeriesId add(const std::string& key) {
    const KeyHash hash = hash_key(key, index->seed());
    if (const KnownSeries* known = look_up(*index, hash)) return known->id;
    return keys[index->add(hash, key)->id] = key, index->next_id() - 1;
  }
  std::vector<std::string> found(std::string_view measurement, const TagFilter& filter) const {
    std::vector<std::string> out;
    for (const FoundSeries& s : index->find(measurement, filter)) {
      EXPECT_EQ(index->key_of(s.id), s.key);
      out.push_back(s.key);
    }
    return out;
  }
  std::vector<std::string> expected(std::string_view measurement, const TagFilter& filter) const {
    std::vector<std::string> out;
    for (const auto& [id, key] : keys) {
      const SeriesName name = parse_series_key(key);
      if (!measurement.empty() && name.measurement != measurement) continue;
      if (filter.matches(name)) out.push_back(key);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  TemporaryFolder folder;
  std::unique_ptr<Index> index;
  std::map<SeriesId, std::string> keys;  // the living
};

std::string random_key(std::mt19937& random) {
  std::string key = "m" + std::to_string(random() % 3);
  if (random() % 4) key += ",a=" + std::to_string(random() % 12);
  if (random() % 2) key += ",b=x" + std::to_string(random() % 2000);
  if (random() % 8 == 0) key += ",c\\ d=q\\,r";
  return key;
}

TEST_F(IndexTest, AgreesWithBruteForce) {
  std::mt19937 random(11);
  const std::vector<tw_where> conditions = {
      {TW_STR("a"), TW_STR("3"), TW_EQ, 0},        {TW_STR("a"), TW_STR(""), TW_EQ, 0},
      {TW_STR("a"), TW_STR("3"), TW_NE, 0},        {TW_STR("a"), TW_STR(""), TW_NE, 0},
      {TW_STR("b"), TW_STR("^x1.*"), TW_MATCH, 0}, {TW_STR("b"), TW_STR("^x1.*"), TW_NO_MATCH, 0},
      {TW_STR("b"), TW_STR("^$"), TW_MATCH, 0},    {TW_STR("c d"), TW_STR("q,r"), TW_EQ, 0},
      {TW_STR("none"), TW_STR("v"), TW_EQ, 0},     {TW_STR("none"), TW_STR("v"), TW_NE, 0}};
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 400; ++i) add(random_key(random));
    if (round % 3 != 2) {
      index->commit(index->next_id());
      index->merge_runs();
    }
    if (round % 4 == 3) {  // some die
      std::vector<SeriesId> dead;
      for (const auto& [id, key] : keys) {
        if (random() % 10 == 0) dead.push_back(id);
      }
      index->kill(dead);
      for (const SeriesId id : dead) keys.erase(id);
    }
    if (round % 5 == 4) {
      index->commit(index->next_id());
      open();
    }
    for (size_t i = 0; i < conditions.size(); ++i) {
      const tw_where pair[] = {conditions[i], conditions[(i * 7 + 3) % conditions.size()]};
      const TagFilter one(pair, 1), two(pair, 2);
      for (const char* measurement : {"m0", "m1", "", "none"}) {
        ASSERT_EQ(found(measurement, one), expected(measurement, one)) << round << " " << i;
        ASSERT_EQ(found(measurement, two), expected(measurement, two)) << round << " " << i;
      }
    }
  }
  EXPECT_EQ(index->measurements(), (std::vector<std::string>{"m0", "m1", "m2"}));
}

TEST_F(IndexTest, ASeriesIsFoundAgainAfterReopening) {
  const SeriesId id = add("cpu,host=a");
  index->commit(index->next_id());
  open();
  const KnownSeries* known = look_up(*index, hash_key("cpu,host=a", index->seed()));
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->id, id);
  EXPECT_EQ(look_up(*index, hash_key("cpu,host=b", index->seed())), nullptr);
}

TEST_F(IndexTest, ADeadSeriesComesBackAsANewOne) {
  const SeriesId id = add("cpu,host=a");
  index->commit(index->next_id());
  index->kill({id});
  EXPECT_EQ(look_up(*index, hash_key("cpu,host=a", index->seed())), nullptr);
  open();
  keys.clear();
  EXPECT_NE(add("cpu,host=a"), id);
  EXPECT_EQ(found("cpu", {}), (std::vector<std::string>{"cpu,host=a"}));
}

TEST_F(IndexTest, RestoringWhatIsCommittedChangesNothing) {
  const SeriesId id = add("cpu,host=a");
  index->commit(index->next_id());
  open();
  index->restore(id, "cpu,host=a");
  index->restore(id + 1, "cpu,host=b");
  EXPECT_EQ(index->pending(), 1u);
  keys[id + 1] = "cpu,host=b";
  EXPECT_EQ(found("cpu", {}), (std::vector<std::string>{"cpu,host=a", "cpu,host=b"}));
}

TEST_F(IndexTest, TrimmingForgetsNothing) {
  for (int i = 0; i < 100; ++i) add("m,t=" + std::to_string(i));
  index->commit(50);
  index->trim(10);
  for (int i = 0; i < 100; ++i) {
    const KnownSeries* known = look_up(*index, hash_key("m,t=" + std::to_string(i), index->seed()));
    ASSERT_NE(known, nullptr) << i;
    EXPECT_EQ(known->id, static_cast<SeriesId>(i + 1));
  }
}

}  // namespace
}  // namespace tickwork::lmdb
