// SPDX-License-Identifier: MIT
// The store through its vtables: what is written is what is read, before and after a flush.
#include <gtest/gtest.h>

#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

struct StoreTest : ::testing::Test {
  StoreTest() : store(settings(folder.path())) { EXPECT_EQ(store.open(), ""); }
  static Settings settings(const std::string& path) {
    Settings s;
    s.texts["path"] = path;
    return s;
  }
  TemporaryFolder folder;
  Harness store;
};

TEST_F(StoreTest, ReadsWhatWasWritten) {
  EXPECT_EQ(store.write(
                "cpu,host=b v=2 20\ncpu,host=a v=1,n=7i,ok=true,s=\"x y\" 10\ncpu,host=a v=1.5 30"),
            "");
  const std::string expected =
      "cpu,host=a 10 n=7 ok=true s=x y v=1\n"
      "cpu,host=a 30 v=1.5\n"
      "cpu,host=b 20 v=2\n";
  EXPECT_EQ(store.scan({"cpu"}), expected);
  store.reopen();
  EXPECT_EQ(store.scan({"cpu"}), expected);
}

TEST_F(StoreTest, KeepsUsersAndGrants) {
  auto define = [&](uint32_t what, std::string_view name, std::string_view mode, uint32_t flags,
                    std::string_view database = "") {
    tw_definition d{};
    d.size = sizeof d;
    d.what = what;
    d.name = str(name);
    d.mode = str(mode);
    d.flags = flags;
    d.database = str(database);
    return store.define(d);
  };
  EXPECT_EQ(define(TW_USERS, "root", "h1", TW_DEFINE_HAS_ADMIN | TW_DEFINE_ADMIN), "");
  EXPECT_EQ(define(TW_USERS, "bob", "h2", 0), "");
  EXPECT_EQ(define(TW_USERS, "bob", "h2", 0), "");
  EXPECT_EQ(define(TW_USERS, "bob", "h3", 0), "user already exists");
  EXPECT_EQ(define(TW_USERS, "bob", "h3", TW_DEFINE_ALTER), "");
  EXPECT_EQ(define(TW_USERS, "eve", "h3", TW_DEFINE_ALTER), "user not found");
  EXPECT_EQ(define(TW_GRANTS, "bob", "READ", 0, "db"), "");
  EXPECT_EQ(define(TW_GRANTS, "bob", "WRITE", 0, "db"), "");
  EXPECT_EQ(define(TW_GRANTS, "bob", "ALL", 0, "other"), "");
  EXPECT_EQ(define(TW_GRANTS, "eve", "ALL", 0, "db"), "user not found");
  store.reopen();
  EXPECT_EQ(store.list(TW_USERS), "root|h1|true\nbob|h3|false\n");
  EXPECT_EQ(store.list(TW_GRANTS), "bob|db|WRITE\nbob|other|ALL\n");
  EXPECT_EQ(store.drop(TW_DATABASES, {}), "");
  EXPECT_EQ(store.list(TW_GRANTS), "bob|other|ALL\n");
  EXPECT_EQ(store.drop(TW_USERS, {.name = "bob"}), "");
  store.reopen();
  EXPECT_EQ(store.list(TW_USERS), "root|h1|true\n");
  EXPECT_EQ(store.list(TW_GRANTS), "");
}

TEST_F(StoreTest, KeepsContinuousQueriesUntilTheirDatabaseGoes) {
  auto define = [&](std::string_view database, std::string_view name, std::string_view text) {
    tw_definition d{};
    d.size = sizeof d;
    d.what = TW_CONTINUOUS_QUERIES;
    d.database = str(database);
    d.name = str(name);
    d.mode = str(text);
    return store.define(d);
  };
  EXPECT_EQ(define("db", "b", "text 1"), "");
  EXPECT_EQ(define("db", "a", "text 2"), "");
  EXPECT_EQ(define("db", "a", "text 2"), "");
  EXPECT_EQ(define("db", "a", "text 3"), "continuous query already exists");
  EXPECT_EQ(define("none", "a", "text"), "database not found: none");
  store.reopen();
  EXPECT_EQ(store.list(TW_CONTINUOUS_QUERIES), "db|b|text 1\ndb|a|text 2\n");
  EXPECT_EQ(store.drop(TW_CONTINUOUS_QUERIES, {.name = "b"}), "");
  EXPECT_EQ(store.list(TW_CONTINUOUS_QUERIES), "db|a|text 2\n");
  EXPECT_EQ(store.drop(TW_DATABASES, {}), "");
  store.reopen();
  EXPECT_EQ(store.list(TW_CONTINUOUS_QUERIES), "");
}

TEST_F(StoreTest, LastWriteWinsPerField) {
  store.write("m a=1,b=1 10\nm a=2 10");
  EXPECT_EQ(store.scan({"m"}), "m 10 a=2 b=1\n");
  store.reopen();
  store.write("m b=3 10\nm c=\"t\" 5");
  const std::string expected = "m 5 c=t\nm 10 a=2 b=3\n";
  EXPECT_EQ(store.scan({"m"}), expected);
  store.reopen();
  EXPECT_EQ(store.scan({"m"}), expected);
}

TEST_F(StoreTest, ChoosesRangeColumnsOrderAndLimit) {
  for (int i = 0; i < 10; ++i) {
    store.write("m a=" + std::to_string(i) + ",b=1 " + std::to_string(i));
    if (i == 4) store.reopen();
  }
  store.write("m b=2 100");
  EXPECT_EQ(store.scan({.measurement = "m", .from = 3, .to = 5, .columns = {"a"}}),
            "m 3 a=3\nm 4 a=4\n");
  EXPECT_EQ(store.scan({.measurement = "m", .columns = {"a"}, .limit = 2, .descending = true}),
            "m 9 a=9\nm 8 a=8\n");
  EXPECT_EQ(store.scan({.measurement = "m", .columns = {"none"}}), "");
  EXPECT_EQ(store.scan({.measurement = "none"}), "");
}

TEST_F(StoreTest, FiltersByTag) {
  store.write("m,h=a v=1 1\nm,h=b v=2 1\nm v=3 1\nm,h=ab,z=q v=4 1");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(store.scan({.measurement = "m", .where = {{"h", TW_EQ, "a"}}}), "m,h=a 1 v=1\n");
    EXPECT_EQ(store.scan({.measurement = "m", .where = {{"h", TW_EQ, ""}}}), "m 1 v=3\n");
    EXPECT_EQ(store.scan({.measurement = "m", .where = {{"h", TW_NE, "a"}}}),
              "m 1 v=3\nm,h=ab,z=q 1 v=4\nm,h=b 1 v=2\n");
    EXPECT_EQ(store.scan({.measurement = "m", .where = {{"h", TW_MATCH, "^a"}}}),
              "m,h=a 1 v=1\nm,h=ab,z=q 1 v=4\n");
    EXPECT_EQ(store.scan({.measurement = "m", .where = {{"h", TW_NO_MATCH, "b"}}}),
              "m 1 v=3\nm,h=a 1 v=1\n");
    EXPECT_EQ(store.scan({.measurement = "m", .where = {{"h", TW_NE, ""}, {"z", TW_EQ, "q"}}}),
              "m,h=ab,z=q 1 v=4\n");
    store.reopen();
  }
}

TEST_F(StoreTest, RejectsTypeConflictsAndKeepsTheRest) {
  EXPECT_EQ(store.write("m a=1 1"), "");
  EXPECT_EQ(store.write("m a=\"s\" 2\nm a=2 3\nm,new=1 a=5i 4"),
            "field type conflict: input field \"a\" on measurement \"m\" is type string, already "
            "exists as type float dropped=2");
  EXPECT_EQ(store.status(), TW_PARTIAL);
  EXPECT_EQ(store.scan({"m"}), "m 1 a=1\nm 3 a=2\n");
  EXPECT_EQ(store.list(TW_SERIES), "m\n");
  store.reopen();
  EXPECT_EQ(store.write("m a=true 9"),
            "field type conflict: input field \"a\" on measurement \"m\" is type boolean, already "
            "exists as type float dropped=1");
}

TEST_F(StoreTest, TypesArePerShardAndConvertInAScan) {
  const int64_t week = 7 * 24 * hour;
  store.write("m a=1i 1\nm a=1.5 " + std::to_string(3 * week));
  EXPECT_EQ(store.scan({"m"}), "m 1 a=1\nm " + std::to_string(3 * week) + " a=1.5\n");
  EXPECT_EQ(store.list(TW_FIELD_KEYS), "m|a|float\nm|a|integer\n");
}

TEST_F(StoreTest, TimeIsNoTagAndNoField) {
  EXPECT_EQ(store.write("m,time=x v=1 1"),
            "invalid tag key: input tag \"time\" on measurement \"m\" is invalid dropped=1");
  EXPECT_EQ(store.write("m time=1 1"),
            "invalid field name: input field \"time\" on measurement \"m\" is invalid dropped=1");
  EXPECT_EQ(store.write("m time=1,v=2 1"), "");
  EXPECT_EQ(store.scan({"m"}), "m 1 v=2\n");
}

TEST_F(StoreTest, UnknownDatabaseAndPolicy) {
  EXPECT_EQ(store.write("m v=1", "no"), "database not found: no");
  EXPECT_EQ(store.status(), TW_E_NOT_FOUND);
  EXPECT_EQ(store.write("m v=1", "db", "no"), "retention policy not found: no");
  EXPECT_EQ(store.scan({.measurement = "m", .database = "no"}), "database not found: no");
}

TEST_F(StoreTest, RefusesPointsBeyondRetention) {
  EXPECT_EQ(store.define_policy("short", 2 * hour), "");
  const int64_t now = 1'700'000'000'000'000'000;
  const std::string old = std::to_string(now - 3 * hour), fresh = std::to_string(now - hour);
  EXPECT_EQ(store.write("m v=1 " + old + "\nm v=2 " + fresh, "db", "short"),
            "points beyond retention policy dropped=1");
  EXPECT_EQ(store.scan({.measurement = "m", .retention = "short"}), "m " + fresh + " v=2\n");
  EXPECT_EQ(store.scan({"m"}), "");
}

TEST_F(StoreTest, RetentionRemovesShardsAndTheirSeries) {
  store.define_policy("short", 2 * hour);
  const int64_t now = 1'700'000'000'000'000'000;
  store.write("old v=1 " + std::to_string(now - hour), "db", "short");
  store.write("kept v=1 1");
  EXPECT_EQ(store.list(TW_MEASUREMENTS), "kept\nold\n");
  store.reopen();
  store.advance(24 * hour);
  for (int i = 0; i < 100 && store.list(TW_MEASUREMENTS) != "kept\n"; ++i) usleep(100'000);
  EXPECT_EQ(store.list(TW_MEASUREMENTS), "kept\n");
  EXPECT_EQ(store.scan({.measurement = "old", .retention = "short"}), "");
  store.reopen();
  EXPECT_EQ(store.list(TW_MEASUREMENTS), "kept\n");
}

TEST_F(StoreTest, ListsWhatThereIs) {
  store.write("cpu,host=a,dc=x v=1,n=2i 1\ncpu,host=b v=1 1\nmem,host=a s=\"q\",b=t,u=1u 1");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(store.list(TW_DATABASES), "db\n");
    EXPECT_EQ(store.list(TW_RETENTION_POLICIES), "autogen|0|604800000000000|1|true\n");
    EXPECT_EQ(store.list(TW_MEASUREMENTS), "cpu\nmem\n");
    EXPECT_EQ(store.list(TW_TAG_KEYS), "cpu|dc\ncpu|host\nmem|host\n");
    EXPECT_EQ(store.list(TW_TAG_VALUES, {.name = "host"}), "cpu|host|a\ncpu|host|b\nmem|host|a\n");
    EXPECT_EQ(store.list(TW_FIELD_KEYS),
              "cpu|n|integer\ncpu|v|float\nmem|b|boolean\nmem|s|string\nmem|u|unsigned\n");
    EXPECT_EQ(store.list(TW_SERIES, {.measurement = "cpu"}), "cpu,dc=x,host=a\ncpu,host=b\n");
    EXPECT_EQ(store.list(TW_SERIES, {.where = {{"host", TW_EQ, "a"}}}),
              "cpu,dc=x,host=a\nmem,host=a\n");
    EXPECT_EQ(store.list(TW_SERIES, {.from = 1000 * hour, .to = 2000 * hour}), "");
    EXPECT_NE(store.list(TW_SHARDS).find("|db|autogen|-259200000000000|345600000000000|"),
              std::string::npos);
    store.reopen();
  }
}

TEST_F(StoreTest, DefinesPoliciesAsInfluxDbDoes) {
  EXPECT_EQ(store.define_policy("r1", 48 * hour), "");
  EXPECT_EQ(store.define_policy("r1", 48 * hour), "");
  EXPECT_EQ(store.define_policy("r1", 49 * hour), "retention policy already exists");
  EXPECT_EQ(store.define_policy("r2", hour / 2),
            "retention policy duration must be at least 1h0m0s");
  EXPECT_EQ(store.define_policy("r2", 2 * hour, 0, 3 * hour),
            "retention policy duration must be greater than the shard duration");
  EXPECT_EQ(store.define_policy("r3", 3 * hour, TW_DEFINE_DEFAULT), "");
  EXPECT_EQ(store.define_policy("gone", 3 * hour, TW_DEFINE_ALTER),
            "retention policy not found: gone");
  EXPECT_EQ(store.define_policy("", 3 * hour), "invalid name");
  const std::string expected =
      "autogen|0|604800000000000|1|false\n"
      "r1|172800000000000|86400000000000|1|false\n"
      "r3|10800000000000|3600000000000|1|true\n";
  EXPECT_EQ(store.list(TW_RETENTION_POLICIES), expected);
  store.reopen();
  EXPECT_EQ(store.list(TW_RETENTION_POLICIES), expected);
  EXPECT_EQ(store.drop(TW_RETENTION_POLICIES, {.name = "r3"}), "");
  EXPECT_EQ(store.write("m v=1"), "retention policy not found: r3");
}

TEST_F(StoreTest, KeepsSubscriptions) {
  const tw_str to[] = {TW_STR("http://a:1"), TW_STR("udp://b:2")};
  tw_definition d{};
  d.what = TW_SUBSCRIPTIONS;
  d.database = str("db");
  d.retention = str("autogen");
  d.name = str("kapacitor-1");
  d.mode = str("ANY");
  d.destinations = to;
  d.n_destinations = 2;
  EXPECT_EQ(store.define(d), "");
  store.reopen();
  EXPECT_EQ(store.list(TW_SUBSCRIPTIONS), "db|autogen|kapacitor-1|ANY|http://a:1\nudp://b:2\n");
  EXPECT_EQ(store.drop(TW_SUBSCRIPTIONS, {.retention = "autogen", .name = "kapacitor-1"}), "");
  EXPECT_EQ(store.list(TW_SUBSCRIPTIONS), "");
}

TEST_F(StoreTest, DeletesRowsForGood) {
  store.write("m,h=a v=1 1\nm,h=a v=2 2\nm,h=b v=3 1\nn v=4 1");
  EXPECT_EQ(store.drop(TW_ROWS, {.measurement = "m", .from = 2, .to = 3}), "");
  EXPECT_EQ(store.scan({"m"}), "m,h=a 1 v=1\nm,h=b 1 v=3\n");
  store.reopen();
  EXPECT_EQ(store.scan({"m"}), "m,h=a 1 v=1\nm,h=b 1 v=3\n");
  EXPECT_EQ(store.drop(TW_ROWS, {.measurement = "m", .where = {{"h", TW_EQ, "a"}}}), "");
  EXPECT_EQ(store.list(TW_SERIES), "m,h=b\nn\n");
  store.write("m,h=a v=9 1");
  EXPECT_EQ(store.scan({"m"}), "m,h=a 1 v=9\nm,h=b 1 v=3\n");
  store.reopen();
  EXPECT_EQ(store.scan({"m"}), "m,h=a 1 v=9\nm,h=b 1 v=3\n");
}

TEST_F(StoreTest, DroppedMeasurementForgetsItsTypes) {
  store.write("m v=1 1\nn v=1 1");
  EXPECT_EQ(store.drop(TW_MEASUREMENTS, {.measurement = "m"}), "");
  EXPECT_EQ(store.list(TW_MEASUREMENTS), "n\n");
  EXPECT_EQ(store.list(TW_FIELD_KEYS), "n|v|float\n");
  EXPECT_EQ(store.write("m v=\"text\" 1"), "");
  store.reopen();
  EXPECT_EQ(store.scan({"m"}), "m 1 v=text\n");
}

TEST_F(StoreTest, DropsDatabases) {
  store.write("m v=1 1");
  EXPECT_EQ(store.drop(TW_DATABASES, {}), "");
  EXPECT_EQ(store.list(TW_DATABASES), "");
  EXPECT_EQ(store.write("m v=1 1"), "database not found: db");
  store.reopen();  // db is in the list of databases to create
  EXPECT_EQ(store.scan({"m"}), "");
  EXPECT_EQ(store.list(TW_SERIES), "");
}

TEST_F(StoreTest, ASecondStoreOnTheSameFolderIsRefused) {
  Harness second(settings(folder.path()));
  EXPECT_EQ(second.open(), folder.path() + " is in use by another process or instance");
}

TEST_F(StoreTest, ScanIsASnapshot) {
  store.write("m v=1 1");
  tw_scanner scanner{sizeof(tw_scanner), nullptr, nullptr, nullptr, nullptr};
  tw_error e = Harness::error();
  tw_scan request{};
  request.size = sizeof request;
  request.database = str("db");
  request.measurement = str("m");
  request.from_ns = INT64_MIN;
  request.to_ns = INT64_MAX;
  ASSERT_EQ(Harness::storage().scan(store.self(), &request, &scanner, &e), TW_OK);
  store.write("m v=2 2");
  store.drop(TW_MEASUREMENTS, {.measurement = "m"});
  tw_rows rows{};
  rows.size = sizeof rows;
  ASSERT_EQ(scanner.next(&scanner, &rows, &e), TW_OK);
  EXPECT_EQ(rows.array.length, 1);
  rows.array.release(&rows.array);
  EXPECT_EQ(scanner.next(&scanner, &rows, &e), TW_DONE);
  scanner.release(&scanner);
}

// The size of the only shard's file.
int64_t shard_bytes(Harness& store) {
  const std::string line = store.list(TW_SHARDS);
  return std::stoll(line.substr(line.rfind('|') + 1));
}

// Moves the clock on until the background thread has made the file smaller than that.
bool settles(Harness& store, int64_t bytes) {
  for (int tries = 0; tries < 100; ++tries) {
    store.advance(2 * hour);
    usleep(100'000);
    if (shard_bytes(store) < bytes) return true;
  }
  return false;
}

// Descriptors of this process that belong to shards.
int open_shard_files() {
  int count = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const std::string file = std::filesystem::read_symlink(entry.path(), none).string();
    count += file.find("/shard/") != file.npos;
  }
  return count;
}

TEST_F(StoreTest, ClosesShardsThatNobodyUses) {
  const int64_t week = 7 * 24 * hour;
  for (int64_t i = 1; i <= 3; ++i) store.write("m v=1 " + std::to_string(i * 2 * week));
  store.drop(TW_MEASUREMENTS, {.measurement = "none"});  // flushes
  EXPECT_GT(open_shard_files(), 0);
  for (int tries = 0; tries < 100 && open_shard_files() > 0; ++tries) {
    store.advance(2 * hour);
    usleep(100'000);
  }
  EXPECT_EQ(open_shard_files(), 0);
  EXPECT_EQ(store.list(TW_FIELD_KEYS), "m|v|float\n");
  EXPECT_EQ(open_shard_files(), 0);
  EXPECT_EQ(store.write("m v=2 " + std::to_string(2 * week)), "");
  const auto row = [&](int64_t i, const char* value) {
    return "m " + std::to_string(i * 2 * week) + " v=" + value + "\n";
  };
  EXPECT_EQ(store.scan({"m"}), row(1, "2") + row(2, "1") + row(3, "1"));
}

TEST_F(StoreTest, ClosesADroppedShardOfWhichTheTableHasRows) {
  ASSERT_EQ(store.write("m v=1 1"), "");
  EXPECT_GT(open_shard_files(), 0);
  const std::string shards = store.list(TW_SHARDS);
  EXPECT_EQ(store.drop(TW_SHARDS, {.name = shards.substr(0, shards.find('|'))}), "");
  EXPECT_EQ(open_shard_files(), 0);
  EXPECT_EQ(store.scan({"m"}), "");
  EXPECT_EQ(store.write("m v=2 1"), "");
  EXPECT_EQ(store.scan({"m"}), "m 1 v=2\n");
}

TEST_F(StoreTest, SettlesAShardThatGetsNoMoreRows) {
  for (int generation = 0; generation < 3; ++generation) {
    std::string lines;
    for (int i = 0; i < 3000; ++i) {
      lines += "m,host=h" + std::to_string(i % 3) + " v=" + std::to_string(i * 0.7371) +
               std::to_string(generation) + " " + std::to_string(i) + "000000000\n";
    }
    lines.pop_back();
    ASSERT_EQ(store.write(lines), "");
    store.reopen();
  }
  ASSERT_EQ(store.write("m,host=h9 v=1 5"), "");
  const std::string before = store.scan({"m"});
  store.advance(21 * hour);
  const int64_t bytes = shard_bytes(store);
  EXPECT_TRUE(settles(store, bytes * 2 / 3)) << bytes << " bytes stay";
  EXPECT_EQ(store.scan({"m"}), before);
  ASSERT_EQ(store.write("m,host=h9 v=2 6"), "");
  store.reopen();
  EXPECT_EQ(store.scan({"m"}), before + "m,host=h9 6 v=2\n");
}

TEST_F(StoreTest, CountsListsWithoutTheirRows) {
  ASSERT_EQ(store.write("m,host=a v=1 1\nm,host=b v=1 1\nn,host=a v=1 1"), "");
  for (int round = 0; round < 2; ++round) {  // in memory, then flushed
    EXPECT_EQ(store.list(TW_SERIES, {.count = true}), "3\n");
    EXPECT_EQ(store.list(TW_SERIES, {.measurement = "m", .count = true}), "2\n");
    EXPECT_EQ(store.list(TW_SERIES, {.measurement = "none", .count = true}), "0\n");
    EXPECT_EQ(store.list(TW_TAG_VALUES, {.measurement = "m", .name = "host", .count = true}),
              "2\n");
    EXPECT_EQ(store.list(TW_SERIES, {.measurement = "m", .from = 0, .to = 10, .count = true}),
              "m,host=a\nm,host=b\n");  // those must be looked for, so they are listed
    store.reopen();
  }
}

TEST_F(StoreTest, ListsValuesOfTheSeriesThatArePicked) {
  const int64_t late = 28 * 24 * hour;
  ASSERT_EQ(store.write("m,host=b,dc=x v=1 1\nm,host=a,dc=x v=1 1\nm,host=c\\,c,dc=y v=1 1\n"
                        "m,dc=x v=1 1\nn,host=n,dc=x v=1 1\nm,host=late,dc=x v=1 " +
                        std::to_string(late)),
            "");
  const auto values = [&](const char* tag, Request request) {
    request.measurement = "m";
    request.name = tag;
    return store.list(TW_TAG_VALUES, request);
  };
  for (int round = 0; round < 2; ++round) {  // in memory, then flushed
    EXPECT_EQ(values("host", {.where = {{"dc", TW_EQ, "x"}}}), "m|host|a\nm|host|b\nm|host|late\n");
    EXPECT_EQ(values("host", {.where = {{"dc", TW_NE, "x"}}}), "m|host|c,c\n");
    // Several series have one value.
    EXPECT_EQ(values("dc", {.where = {{"host", TW_NE, ""}}}), "m|dc|x\nm|dc|y\n");
    EXPECT_EQ(values("none", {.where = {{"dc", TW_EQ, "x"}}}), "");
    EXPECT_EQ(values("host", {.where = {{"dc", TW_EQ, "x"}}, .count = true}), "3\n");
    EXPECT_EQ(values("host", {.from = late, .to = 2 * late, .where = {{"dc", TW_EQ, "x"}}}),
              "m|host|late\n");
    store.reopen();
  }
}

TEST_F(StoreTest, FeedTellsWhatWasTaken) {
  struct Heard {
    std::string text;
  } heard;
  tw_listener listener{sizeof(tw_listener), &heard,
                       [](const tw_listener* l, tw_str db, tw_str rp, const tw_batch* batch) {
                         testing::Points points;
                         for (size_t i = 0; i < batch->count; ++i) points.add(batch->points[i]);
                         static_cast<Heard*>(l->self)->text += std::string(db.data, db.len) + "." +
                                                               std::string(rp.data, rp.len) + " " +
                                                               points.text() + "\n";
                       }};
  tw_error e = Harness::error();
  ASSERT_EQ(Harness::feed().listen(store.self(), &listener, &e), TW_OK);
  store.write("m v=1 1\nm v=\"no\" 2\nm v=3");
  Harness::feed().unlisten(store.self(), &listener);
  store.write("m v=4 4");
  EXPECT_EQ(heard.text, "db.autogen m v=1 1\nm v=3 1700000000000000000\n");
}

// A line a series for many series, at one time.
std::string many(int first, int end, int64_t at, double value) {
  std::string lines;
  for (int i = first; i < end; ++i) {
    lines += "card,id=" + std::to_string(10'000 + i) + " v=" + std::to_string(value + i) + " " +
             std::to_string(at) + "\n";
  }
  lines.pop_back();
  return lines;
}

std::string many_rows(int first, int end, const std::vector<std::pair<int64_t, double>>& rows) {
  std::string out;
  for (int i = first; i < end; ++i) {
    for (const auto& [at, value] : rows) {
      char text[80];
      std::snprintf(text, sizeof text, "card,id=%d %lld v=%.17g\n", 10'000 + i,
                    static_cast<long long>(at), value + i);
      out += text;
    }
  }
  return out;
}

TEST_F(StoreTest, ManySeriesWithFewRowsShareBlocks) {
  for (int64_t tick = 0; tick < 3; ++tick) {  // each in a generation of its own
    store.write(many(0, 5000, tick * 10, static_cast<double>(tick)));
    store.reopen();
  }
  EXPECT_EQ(store.scan({"card"}), many_rows(0, 5000, {{0, 0}, {10, 1}, {20, 2}}));
  store.write(many(100, 200, 10, 7));  // over what is there
  store.reopen();
  EXPECT_EQ(store.scan({.measurement = "card", .from = 5, .to = 15}),
            many_rows(0, 100, {{10, 1}}) + many_rows(100, 200, {{10, 7}}) +
                many_rows(200, 5000, {{10, 1}}));
  EXPECT_EQ(store.scan({.measurement = "card", .where = {{"id", TW_EQ, "14999"}}}),
            many_rows(4999, 5000, {{0, 0}, {10, 1}, {20, 2}}));
  EXPECT_EQ(store.scan({.measurement = "card",
                        .where = {{"id", TW_EQ, "10150"}},
                        .limit = 1,
                        .descending = true}),
            many_rows(150, 151, {{20, 2}}));
}

TEST_F(StoreTest, RowsOfSharedBlocksAreDeletedForGood) {
  for (int64_t tick = 0; tick < 5; ++tick) {
    store.write(many(0, 300, tick * 10, static_cast<double>(tick)));
    if (tick < 4) store.reopen();
  }
  EXPECT_EQ(store.drop(TW_SERIES, {.measurement = "card", .where = {{"id", TW_EQ, "10007"}}}), "");
  EXPECT_EQ(store.drop(TW_ROWS, {.measurement = "card", .from = 10, .to = 40}), "");
  const std::string left =
      many_rows(0, 7, {{0, 0}, {40, 4}}) + many_rows(8, 300, {{0, 0}, {40, 4}});
  EXPECT_EQ(store.scan({"card"}), left);
  store.reopen();
  EXPECT_EQ(store.scan({"card"}), left);
  store.write(many(7, 8, 10, 3));
  EXPECT_EQ(store.scan({.measurement = "card", .where = {{"id", TW_EQ, "10007"}}}),
            many_rows(7, 8, {{10, 3}}));
}

TEST_F(StoreTest, HintsInAnySpellingFindTheSeries) {
  testing::Points points("m,a=1,b=2 v=1 1\nm,a=1,b=2 v=2 2\nm,a=1,b=2 v=3 3");
  points[0].series = str("m,b=2,a=1");
  points[1].series = str("m,a=1,b=2");
  EXPECT_EQ(store.write_batch(points.batch()), "");
  EXPECT_EQ(store.list(TW_SERIES), "m,a=1,b=2\n");
  EXPECT_EQ(store.scan({"m"}), "m,a=1,b=2 1 v=1\nm,a=1,b=2 2 v=2\nm,a=1,b=2 3 v=3\n");
}

TEST_F(StoreTest, EscapesSeriesKeys) {
  store.write("m\\ x,t\\,a=v\\=1,u=a\\ b v=1 1");
  EXPECT_EQ(store.list(TW_SERIES), "m\\ x,t\\,a=v\\=1,u=a\\ b\n");
  EXPECT_EQ(store.list(TW_TAG_VALUES), "m x|t,a|v=1\nm x|u|a b\n");
}

}  // namespace
}  // namespace tickwork::lmdb_test
