// SPDX-License-Identifier: MIT
// What goes wrong outside: damaged blocks, logs cut and changed, files of a newer version, a full
// disk. Each is named and costs no more than it must.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>

#include "durable_file.hpp"
#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

namespace fs = std::filesystem;

struct DamageTest : ::testing::Test {
  DamageTest() {
    settings.texts["path"] = folder.path() + "/data";
    store = std::make_unique<Harness>(settings);
    EXPECT_EQ(store->open(), "");
  }
  fs::path find(const std::string& part, const std::string& extension) const {
    for (const auto& entry : fs::recursive_directory_iterator(folder.path() + "/data")) {
      if (entry.path().string().find(part) == std::string::npos) continue;
      if (entry.path().extension() == extension) return entry.path();
    }
    return {};
  }
  static void change(const fs::path& path, size_t offset, const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file << bytes;
  }
  // A copy of the folder as it is now, as a crash would leave it, opened.
  std::unique_ptr<Harness> crashed(const std::function<void(const fs::path&)>& prepare) {
    copies.push_back(std::make_unique<TemporaryFolder>());
    const fs::path path = copies.back()->path() + "/data";
    fs::copy(folder.path() + "/data", path, fs::copy_options::recursive);
    prepare(path);
    Settings s = settings;
    s.texts["path"] = path;
    auto copy = std::make_unique<Harness>(s);
    opened = copy->open();
    return copy;
  }
  static fs::path only_log(const fs::path& path) {
    for (const auto& entry : fs::directory_iterator(path / "log")) {
      if (entry.path().extension() == ".log" && fs::file_size(entry.path()) > 16)
        return entry.path();
    }
    return {};
  }
  TemporaryFolder folder;
  Settings settings;
  std::unique_ptr<Harness> store;
  std::vector<std::unique_ptr<TemporaryFolder>> copies;
  std::string opened;
};

TEST_F(DamageTest, ADamagedBlockCostsItsOwnRows) {
  store->write("m,h=a s=\"needle in block a\" 1\nm,h=b s=\"needle in block b\" 1\nm,h=c s=\"c\" 1");
  store->close();
  const fs::path file = find("/shard/", ".mdb");
  const std::string bytes = lmdb::read_file(file.parent_path() / "data.mdb");
  const size_t at = bytes.find("needle in block b");
  ASSERT_NE(at, std::string::npos);
  change(file.parent_path() / "data.mdb", at, "NEEDLE");
  ASSERT_EQ(store->open(), "");
  EXPECT_EQ(store->scan({"m"}), "m,h=a 1 s=needle in block a\nm,h=c 1 s=c\n");
  EXPECT_TRUE(store->logged("data.mdb: series 2, generation"));
  EXPECT_TRUE(store->logged("checksum of a column does not match; its rows are left out"));
}

TEST_F(DamageTest, ADamagedSharedBlockIsNamedOnce) {
  std::string lines, others;
  for (int i = 0; i < 20; ++i) {
    lines += "m,h=" + std::to_string(10 + i) + " s=\"needle " + std::to_string(10 + i) + "\" 1\n";
  }
  store->write(lines + "m,h=a v=1 1");
  store->close();
  const fs::path file = find("/shard/", ".mdb").parent_path() / "data.mdb";
  const size_t at = lmdb::read_file(file).find("needle 19");
  ASSERT_NE(at, std::string::npos);
  change(file, at, "NEEDLE");
  ASSERT_EQ(store->open(), "");
  EXPECT_EQ(store->write("m,h=15 v=2 2"), "");
  EXPECT_EQ(store->scan({"m"}), "m,h=15 2 v=2\n");
  size_t told = 0;
  for (const std::string& line : store->log()) {
    const bool here = line.find("block of the series from 1 on, generation") != std::string::npos;
    told += here && line.find("checksum of a block does not match; its rows are left out") !=
                        std::string::npos;
  }
  EXPECT_EQ(told, 1u);
}

// Whose names are in another order than their numbers: many are read out of a block at once.
TEST_F(DamageTest, ADamagedSharedBlockOfUnorderedSeriesIsNamedOnce) {
  constexpr unsigned n = 6000;
  std::string lines;
  std::map<std::string, unsigned> numbers;
  char text[64];
  for (unsigned i = 0; i < n; ++i) {
    std::snprintf(text, sizeof text, "m,h=%08x s=\"needle %u\" 1\n", (i + 1) * 2654435761u,
                  10000 + i);
    lines += text;
    numbers[std::string(text, 12)] = i;
  }
  lines.pop_back();
  store->write(lines);
  store->close();
  const fs::path file = find("/shard/", ".mdb").parent_path() / "data.mdb";
  const size_t at = lmdb::read_file(file).find("needle 13000");
  ASSERT_NE(at, std::string::npos);
  change(file, at, "NEEDLE");
  ASSERT_EQ(store->open(), "");
  const std::string found = store->scan({"m"});
  unsigned missing = 0, least = n, most = 0;
  for (const auto& [name, i] : numbers) {
    if (found.find(name + " 1 s=needle " + std::to_string(10000 + i) + "\n") != std::string::npos) {
      continue;
    }
    ++missing;
    least = std::min(least, i);
    most = std::max(most, i);
  }
  EXPECT_LE(least, 3000u);
  EXPECT_GE(most, 3000u);
  EXPECT_EQ(missing, most - least + 1);  // one block
  EXPECT_LE(missing, 2048u);
  size_t told = 0;
  const std::string block = "block of the series from " + std::to_string(least + 1) + " on";
  for (const std::string& line : store->log()) told += line.find(block) != std::string::npos;
  EXPECT_EQ(told, 1u);
}

TEST_F(DamageTest, ATornLogTailIsLeftOutQuietly) {
  store->write("m v=1 1");
  store->write("m v=2 2");
  const auto copy = crashed([](const fs::path& path) {
    const fs::path log = only_log(path);
    fs::resize_file(log, fs::file_size(log) - 3);
  });
  ASSERT_EQ(opened, "");
  EXPECT_EQ(copy->scan({"m"}), "m 1 v=1\n");
  EXPECT_TRUE(copy->logged("were never acknowledged and are left out"));
  EXPECT_EQ(copy->write("m v=3 3"), "");
  copy->reopen();
  EXPECT_EQ(copy->scan({"m"}), "m 1 v=1\nm 3 v=3\n");
}

TEST_F(DamageTest, ADamagedLogIsNamedAndKept) {
  for (int i = 1; i < 5; ++i) store->write("m v=" + std::to_string(i) + " " + std::to_string(i));
  fs::path log;
  const auto copy = crashed([&](const fs::path& path) {
    log = only_log(path);
    const std::string bytes = lmdb::read_file(log);
    change(log, bytes.size() / 2, "\xff\xff");
  });
  ASSERT_EQ(opened, "");
  EXPECT_TRUE(copy->logged(log.string() + ": damage at byte"));
  EXPECT_TRUE(fs::exists(log.string() + ".damaged"));
  EXPECT_EQ(copy->scan({"m"}).substr(0, 8), "m 1 v=1\n");
}

TEST_F(DamageTest, AnEmptyLogFileIsNoObstacle) {
  store->write("m v=1 1");
  const auto copy =
      crashed([](const fs::path& path) { std::ofstream(path / "log" / "00000000000000ff.log"); });
  ASSERT_EQ(opened, "");
  EXPECT_EQ(copy->scan({"m"}), "m 1 v=1\n");
}

// Files may not grow beyond a limit: every log write fails, nothing is acknowledged, and once there
// is room again the store goes on and has kept what it acknowledged before.
TEST_F(DamageTest, AFullDiskRefusesAndRecovers) {
  ASSERT_EQ(store->write("m v=1 1"), "");
  const rlimit tight{600, RLIM_INFINITY};
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &tight);
  std::string refused;
  for (int i = 0; i < 40 && refused.empty(); ++i) {
    refused = store->write("m,fill=" + std::string(60, 'x') + std::to_string(i) + " v=2 2");
  }
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_NE(refused.find("cannot write log"), std::string::npos) << refused;
  EXPECT_EQ(store->write("m v=3 3"), "");
  EXPECT_EQ(
      store->scan({"m"}),
      "m 1 v=1\nm 3 v=3\n" + store->scan({.measurement = "m", .where = {{"fill", TW_NE, ""}}}));
  store->reopen();
  EXPECT_EQ(store->scan({.measurement = "m", .where = {{"fill", TW_EQ, ""}}}),
            "m 1 v=1\nm 3 v=3\n");
}

TEST_F(DamageTest, AStrayFolderOfADroppedShardGoes) {
  store->write("m v=1 1");
  store->close();
  const fs::path stray = folder.path() + "/data/db/1/shard/99";
  fs::create_directories(stray);
  ASSERT_EQ(store->open(), "");
  EXPECT_FALSE(fs::exists(stray));
  EXPECT_EQ(store->scan({"m"}), "m 1 v=1\n");
}

}  // namespace
}  // namespace tickwork::lmdb_test
