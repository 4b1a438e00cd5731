// SPDX-License-Identifier: MIT
// The log: what is written is read back in order, tails are torn without harm, damage is told from
// a torn tail, and concurrent writers all get their sync.
#include "log.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "durable_file.hpp"
#include "failure.hpp"
#include "store_harness.hpp"

namespace tickwork::lmdb {
namespace {

using lmdb_test::TemporaryFolder;

struct Told : LogVisitor {
  void series(uint64_t database, SeriesId id, std::string_view key) override {
    text += "series " + std::to_string(database) + " " + std::to_string(id) + " " +
            std::string(key) + "\n";
  }
  void field(ShardId shard, FieldId id, uint32_t type, std::string_view measurement,
             std::string_view name) override {
    text += "field " + std::to_string(shard) + " " + std::to_string(id) + " " +
            std::to_string(type) + " " + std::string(measurement) + "." + std::string(name) + "\n";
  }
  void shape(ShardId shard, uint64_t number, const std::vector<FieldId>& fields) override {
    text += "shape " + std::to_string(shard) + " " + std::to_string(number) + " of " +
            std::to_string(fields.size()) + "\n";
  }
  void stream(ShardId shard, SeriesId series) override {
    text += "stream " + std::to_string(shard) + " " + std::to_string(series) + "\n";
  }
  void row(uint64_t stream, std::string_view bytes) override {
    text += "row " + std::to_string(stream) + " " + std::string(bytes) + "\n";
  }
  std::string text;
};

std::string record(const std::string& row) {
  LogRecord r;
  r.series(1, 2, "cpu,host=a");
  r.field(3, 4, TW_INT, "cpu", "v");
  r.shape(3, {0, {{"v", 4, TW_INT}}});
  r.stream(3, 2);
  r.row(0, row);
  r.row(5, "second");
  r.row(1, "third");
  std::string payload;
  r.finish(payload);
  return payload;
}

std::string told(const std::string& row) {
  return "series 1 2 cpu,host=a\nfield 3 4 2 cpu.v\nshape 3 0 of 1\nstream 3 2\nrow 0 " + row +
         "\nrow 5 second\nrow 1 third\n";
}

struct LogTest : ::testing::Test {
  // The bytes of a log with n records, in one group or each in its own.
  std::string file_of(int n, Sync sync = Sync::always, bool waits = false) {
    Log log(folder.path(), 9, sync);
    uint64_t position = 0;
    for (int i = 0; i < n; ++i) {
      position = log.append(record("r" + std::to_string(i)));
      if (waits) log.wait(position);
    }
    log.wait(position);
    EXPECT_EQ(log.path(), folder.path() + "/0000000000000009.log");
    return read_file(log.path());
  }
  TemporaryFolder folder;
};

TEST_F(LogTest, ReadsBackInOrder) {
  const std::string file = file_of(3);
  Told visitor;
  EXPECT_EQ(read_log(file, 9, visitor), file.size());
  EXPECT_EQ(visitor.text, told("r0") + told("r1") + told("r2"));
}

TEST_F(LogTest, EveryTornTailKeepsTheWholeRecords) {
  const std::string file = file_of(2);
  size_t last = 0;
  for (size_t n = 16; n < file.size(); ++n) {
    Told visitor;
    const size_t sound = read_log(std::string_view(file).substr(0, n), 9, visitor);
    EXPECT_LE(sound, n);
    EXPECT_GE(sound, last);
    last = sound;
    EXPECT_TRUE(visitor.text.empty() || visitor.text == told("r0"));
    EXPECT_FALSE(synced_record_after(std::string_view(file).substr(0, n), 9, sound));
  }
}

TEST_F(LogTest, DamageBeforeAnotherGroupIsTold) {
  std::string file = file_of(3, Sync::always, true);
  file[40] = static_cast<char>(file[40] ^ 4);
  Told visitor;
  const size_t sound = read_log(file, 9, visitor);
  EXPECT_EQ(sound, 16u);
  EXPECT_EQ(visitor.text, "");
  EXPECT_TRUE(synced_record_after(file, 9, sound));
  std::string old = file_of(3);
  old[7] = '1';
  old[40] = static_cast<char>(old[40] ^ 4);
  EXPECT_TRUE(synced_record_after(old, 9, sound));
}

// A power cut leaves any part of what was not synced.
TEST_F(LogTest, AHoleInTheLastGroupIsATornTail) {
  for (const bool waits : {false, true}) {
    std::string file = file_of(3, waits ? Sync::interval : Sync::always, waits);
    file[40] = static_cast<char>(file[40] ^ 4);
    EXPECT_FALSE(synced_record_after(file, 9, 16));
  }
}

TEST_F(LogTest, RecordsOfAnotherGenerationOrPlaceAreNotSound) {
  const std::string file = file_of(2);
  Told visitor;
  EXPECT_EQ(read_log(file, 10, visitor), 0u);
  std::string moved = file;
  moved.insert(16, "x");
  EXPECT_EQ(read_log(moved, 9, visitor), 16u);
}

TEST_F(LogTest, ConcurrentWritersShareTheSync) {
  Log log(folder.path(), 9, Sync::always);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) log.wait(log.append(record("x")));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::string expected;
  for (int i = 0; i < 400; ++i) expected += told("x");
  Told visitor;
  const std::string file = read_file(log.path());
  EXPECT_EQ(read_log(file, 9, visitor), file.size());
  EXPECT_EQ(visitor.text, expected);
}

TEST_F(LogTest, AFolderThatIsNotThereIsNamed) {
  try {
    Log log(folder.path() + "/none", 1, Sync::always);
    FAIL();
  } catch (const Failure& e) {
    EXPECT_EQ(e.status, TW_E_IO);
    EXPECT_EQ(std::string(e.what()), "cannot create log " + folder.path() +
                                         "/none/0000000000000001.log: No such file or directory");
  }
}

}  // namespace
}  // namespace tickwork::lmdb
