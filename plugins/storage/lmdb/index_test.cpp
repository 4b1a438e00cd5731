// SPDX-License-Identifier: MIT
// The index against brute force: random series over many commits, conditions of every kind, deaths,
// reopening.
#include "index.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "group_tags.hpp"
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
    std::map<SeriesId, std::string> by_id, named;
    std::vector<SeriesId> ids;
    for (const FoundSeries& s : index->find(measurement, filter)) {
      out.push_back(s.key);
      by_id[s.id] = s.key;
    }
    for (const auto& [id, key] : by_id) ids.push_back(id);
    for (const FoundSeries& s : index->with_keys(ids)) named[s.id] = s.key;
    EXPECT_EQ(named, by_id);
    if (!ids.empty()) {
      EXPECT_EQ(index->key_of(ids.back()), by_id[ids.back()]);
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
  // Without keys, or with those that are needed to sort.
  void expect_keys_left_out(std::string_view measurement, const TagFilter& filter) const {
    const auto all = index->find(measurement, filter, SeriesOrder::by_number);
    for (const SeriesKeys wanted : {SeriesKeys::of_several, SeriesKeys::left_out}) {
      const auto found = index->find(measurement, filter, SeriesOrder::by_number, wanted);
      ASSERT_EQ(found.size(), all.size());
      for (size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(found[i].id, all[i].id);
        if (wanted == SeriesKeys::of_several && all.size() > 1) {
          EXPECT_EQ(found[i].key, all[i].key);
        }
      }
    }
  }
  // The series by the values of the tags, each of which may be asked for twice.
  void expect_groups(std::string_view measurement, const TagFilter& filter,
                     const std::vector<std::string>& tags) const {
    std::map<std::vector<std::string>, SeriesId> wanted;
    const std::vector<FoundSeries> all = index->find(measurement, filter);
    for (const FoundSeries& s : all) {
      const SeriesName name = parse_series_key(s.key);
      std::vector<std::string> values;
      for (const std::string& tag : tags) values.emplace_back(name.tag(tag));
      wanted[values] = s.id;
    }
    for (int asked = 0; asked < 2; ++asked) {
      const Index::FoundOrNamed groups = index->find_groups(measurement, filter, tags);
      if (wanted.size() < all.size()) {
        EXPECT_EQ(groups.named, nullptr);
        EXPECT_EQ(groups.found.size(), all.size());
        continue;
      }
      ASSERT_NE(groups.named, nullptr);
      ASSERT_EQ(groups.named->ids().size(), all.size());
      size_t place = 0;
      for (const auto& [values, id] : wanted) {
        std::vector<std::string_view> named;
        get_group_tags(groups.named->name(place), named);
        EXPECT_EQ(std::vector<std::string>(named.begin(), named.end()), values);
        EXPECT_EQ(groups.named->ids()[place++], id);
      }
    }
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

// Moves time on so that an index which does not change is settled.
void settle(Index& index) {
  std::mutex writers;
  const auto damage = [](const std::string& what) { ADD_FAILURE() << what; };
  index.settle(0, 10, writers, damage);
  index.settle(20, 10, writers, damage);
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
      if (round % 2) settle(*index);
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
    for (const char* measurement : {"m0", "m2"}) {
      expect_groups(measurement, {}, {"b", "a", "c d"});
      expect_groups(measurement, {}, {"b"});
    }
    for (size_t i = 0; i < conditions.size(); ++i) {
      const tw_where pair[] = {conditions[i], conditions[(i * 7 + 3) % conditions.size()]};
      const TagFilter one(pair, 1), two(pair, 2);
      for (const char* measurement : {"m0", "m1", "", "none"}) {
        ASSERT_EQ(found(measurement, one), expected(measurement, one)) << round << " " << i;
        ASSERT_EQ(found(measurement, two), expected(measurement, two)) << round << " " << i;
        ASSERT_EQ(index->count(measurement), expected(measurement, {}).size()) << round;
        expect_groups(measurement, one, {"a", "b", "c d"});
        expect_keys_left_out(measurement, two);
      }
    }
  }
  EXPECT_EQ(index->measurements(), (std::vector<std::string>{"m0", "m1", "m2"}));
}

TEST_F(IndexTest, TagKeysFollowWhatComesAndGoes) {
  using Keys = std::vector<std::string>;
  const auto wanted = [&](bool any, const Keys& tags) {
    for (int asked = 0; asked < 2; ++asked) {
      EXPECT_EQ(index->has_measurement("m"), any);
      EXPECT_EQ(index->tag_keys("m"), tags);
    }
  };
  wanted(false, {});
  add("m");
  wanted(true, {});
  const SeriesId a = add("m,a=1");
  wanted(true, {"a"});
  index->commit(index->next_id());
  wanted(true, {"a"});
  const SeriesId b = add("m,b=1");
  wanted(true, {"a", "b"});
  index->commit(index->next_id());
  index->merge_runs();
  wanted(true, {"a", "b"});
  index->kill({a});
  wanted(true, {"b"});
  settle(*index);
  wanted(true, {"b"});
  index->kill({1, b});
  wanted(false, {});
  add("m,c=1");
  index->commit(index->next_id());
  settle(*index);
  wanted(true, {"c"});
}

TEST_F(IndexTest, NamesFollowWhatComesAndGoes) {
  const auto wanted = [&](size_t series) {
    for (int asked = 0; asked < 2; ++asked) {
      const Index::FoundOrNamed groups = index->find_groups("m", {}, {"a"});
      ASSERT_NE(groups.named, nullptr);
      EXPECT_EQ(groups.named->ids().size(), series);
    }
  };
  std::vector<SeriesId> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(add("m,a=" + std::to_string(i)));
  wanted(100);
  index->commit(index->next_id());
  wanted(100);
  add("m,a=100");
  wanted(101);
  index->kill({ids[0], ids[1]});
  wanted(99);
  index->commit(index->next_id());
  settle(*index);
  wanted(99);
  open();
  wanted(99);
  add("m,a=7,b=1");  // no longer told apart
  EXPECT_EQ(index->find_groups("m", {}, {"a"}).named, nullptr);
  EXPECT_NE(index->find_groups("m", {}, {"a", "b"}).named, nullptr);
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

TEST_F(IndexTest, TheDeadLeaveNothingBehind) {
  for (int i = 0; i < 100; ++i) add("m,kept=" + std::to_string(i));
  uintmax_t early = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<SeriesId> brief;
    for (int i = 0; i < 500; ++i) {
      brief.push_back(add("m,brief=" + std::to_string(round * 500 + i)));
    }
    index->commit(index->next_id());
    index->merge_runs();
    index->kill(brief);
    for (const SeriesId id : brief) keys.erase(id);
    settle(*index);
    if (round % 20 == 19) open();
    if (round == 20) early = std::filesystem::file_size(folder.path() + "/index/data.mdb");
    ASSERT_EQ(found("m", {}), expected("m", {})) << round;
  }
  EXPECT_EQ(index->key_of(101), "");
  EXPECT_LE(std::filesystem::file_size(folder.path() + "/index/data.mdb"), early * 5 / 4);
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

TEST_F(IndexTest, SettlingGivesFreePagesBack) {
  std::mt19937 random(5);
  for (int run = 0; run < 5; ++run) {
    for (int i = 0; i < 3000; ++i) add(random_key(random) + ",run=" + std::to_string(run));
    index->commit(index->next_id());
    index->merge_runs();
  }
  const std::string file = folder.path() + "/index/data.mdb";
  const auto before = std::filesystem::file_size(file);
  settle(*index);
  EXPECT_LT(std::filesystem::file_size(file), before * 3 / 4);
  EXPECT_EQ(found("m1", {}), expected("m1", {}));
  const SeriesId id = add("m1,new=1");
  index->commit(index->next_id());
  open();
  EXPECT_EQ(found("m1", {}), expected("m1", {}));
  EXPECT_EQ(add("m1,new=1"), id);
}

// As the store's threads use it: one writes under the lock, one reads, one flushes and settles.
TEST_F(IndexTest, SettlesBesideWritersAndReaders) {
  const auto damage = [](const std::string& what) { ADD_FAILURE() << what; };
  std::mutex writers;
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 20'000; ++i) {
      const std::lock_guard lock(writers);
      add("m0,i=" + std::to_string(i % 15'000));
    }
    done = true;
  });
  std::thread reader([&] {
    size_t least = 0;
    while (!done) {
      const size_t now = index->count("m0");
      EXPECT_GE(now, least);
      least = now;
      EXPECT_GE(index->find("m0", {}).size(), least);
    }
  });
  for (int64_t ticks = 0; !done; ++ticks) {
    index->commit(index->next_id());
    index->merge_runs();
    index->settle(ticks, 1, writers, damage);
    index->settle(++ticks, 1, writers, damage);
  }
  writer.join();
  reader.join();
  EXPECT_EQ(found("m0", {}), expected("m0", {}));
}

std::string sealed(const std::string& content, uint64_t seed) {
  std::string out;
  put_word(out, checksum(content, seed));
  return out + content;
}

// What builds before blocks and pages of differences wrote: whole keys and terms.
TEST_F(IndexTest, ReadsWholeKeysAndTerms) {
  index.reset();
  const std::vector<std::string> old = {"m0,a=1", "m0,a=2", "m1,a=1"};
  {
    const Environment env(folder.path() + "/index", map_size, index_trees);
    Transaction txn(env, Access::write);
    std::string block, ends, texts, terms, run;
    for (const std::string& key : old) put_word(ends, static_cast<uint32_t>((texts += key).size()));
    put_word(block, static_cast<uint32_t>(old.size()));
    txn.put(keys_tree, number_key(1), sealed(block + ends + texts, 1));
    const auto term = [&](const std::string& text, std::vector<SeriesId> deltas) {
      put_text(terms, text);
      put_varint(terms, deltas.size());
      for (const SeriesId delta : deltas) put_varint(terms, delta);
    };
    term(measurement_term("m0"), {1, 1});
    term(measurement_term("m1"), {3});
    term(tag_term("m0", "a", "1"), {1});
    term(tag_term("m0", "a", "2"), {2});
    term(tag_term("m1", "a", "1"), {3});
    txn.put(terms_tree, number_key(1) + number_key(0), sealed(terms, 1));
    std::map<KeyHash, SeriesId> hashes;
    for (SeriesId id = 1; id <= old.size(); ++id) hashes[hash_key(old[id - 1], 42)] = id;
    std::string page;
    for (const auto& [hash, id] : hashes) {
      put_word(page, hash.high);
      put_word(page, hash.low);
      put_word(page, id);
    }
    const KeyHash first = hashes.begin()->first;
    txn.put(hashes_tree, number_key(1) + number_key(first.high) + number_key(first.low),
            sealed(page, 1));
    put_varint(run, old.size());
    put_varint(run, 1);
    txn.put(state_tree, "run" + number_key(1), run);
    txn.put(state_tree, "next", "\4");
    txn.commit();
  }
  open();
  for (SeriesId id = 1; id <= old.size(); ++id) keys[id] = old[id - 1];
  const auto agrees = [&] {
    const tw_where one{TW_STR("a"), TW_STR("1"), TW_EQ, 0};
    EXPECT_EQ(found("m0", {}), expected("m0", {}));
    EXPECT_EQ(found("m1", TagFilter(&one, 1)), expected("m1", TagFilter(&one, 1)));
    EXPECT_EQ(index->tag_values("m0", "a"), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(add("m0,a=2"), 2u);
  };
  agrees();
  add("m0,b=7");
  index->commit(index->next_id());
  index->merge_runs();
  agrees();
  index->kill({3});
  keys.erase(3);
  settle(*index);  // blocks are written anew
  open();
  agrees();
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
