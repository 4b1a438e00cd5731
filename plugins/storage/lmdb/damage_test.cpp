// SPDX-License-Identifier: MIT
// What goes wrong outside: damaged blocks, logs cut and changed, files of a newer version, a full
// disk. Each is named and costs no more than it must.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <set>
#include <sstream>

#include "durable_file.hpp"
#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

namespace fs = std::filesystem;

const std::string unreadable = "checksum of a block does not match; its rows are left out";

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
  // Changes the first bytes of a text that lies in the only shard, while the store is closed.
  void damage(const std::string& text) {
    store->close();
    const fs::path file = find("/shard/", ".mdb").parent_path() / "data.mdb";
    const size_t at = lmdb::read_file(file).find(text);
    ASSERT_NE(at, std::string::npos);
    change(file, at, "NEEDLE");
    ASSERT_EQ(store->open(), "");
  }
  // How many lines of the log have both parts.
  size_t told(const std::string& part, const std::string& other) const {
    size_t lines = 0;
    for (const std::string& line : store->log()) {
      lines += line.find(part) != std::string::npos && line.find(other) != std::string::npos;
    }
    return lines;
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
  ASSERT_NO_FATAL_FAILURE(damage("needle in block b"));
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
  ASSERT_NO_FATAL_FAILURE(damage("needle 19"));
  EXPECT_EQ(store->write("m,h=15 v=2 2"), "");
  EXPECT_EQ(store->scan({"m"}), "m,h=15 2 v=2\n");
  EXPECT_EQ(told("block of the series from 1 on, generation", unreadable), 1u);
}

// Whose names are in another order than their numbers: many are read out of a block at once.
TEST_F(DamageTest, ADamagedSharedBlockOfUnorderedSeriesIsNamedOnce) {
  constexpr unsigned n = 6000;
  std::string lines;
  std::vector<std::string> shown;  // by number
  char name[16];
  for (unsigned i = 0; i < n; ++i) {
    const std::string text = "needle " + std::to_string(10000 + i);
    std::snprintf(name, sizeof name, "m,h=%08x", (i + 1) * 2654435761u);
    lines += std::string(name) + " s=\"" + text + "\" 1\n";
    shown.push_back(std::string(name) + " 1 s=" + text);
  }
  lines.pop_back();
  store->write(lines);
  ASSERT_NO_FATAL_FAILURE(damage("needle 13000"));
  std::istringstream found(store->scan({"m"}));
  std::set<std::string> there;
  for (std::string line; std::getline(found, line);) there.insert(line);
  unsigned missing = 0, least = n, most = 0;
  for (unsigned i = 0; i < n; ++i) {
    if (there.contains(shown[i])) continue;
    ++missing;
    least = std::min(least, i);
    most = std::max(most, i);
  }
  EXPECT_LE(least, 3000u);
  EXPECT_GE(most, 3000u);
  EXPECT_EQ(missing, most - least + 1);  // one block
  EXPECT_LE(missing, 2048u);
  EXPECT_EQ(there.size(), n - missing);
  EXPECT_EQ(told("block of the series from " + std::to_string(least + 1) + " on", unreadable), 1u);
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
