// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <tickwork/testing.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using tickwork::testing::Host;

class File : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(folder_), nullptr); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return std::string{folder_} + "/" + name; }
  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
      all.push_back(entry.path().filename());
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  char folder_[32] = "/tmp/tickwork-file-XXXXXX";
};

TEST_F(File, AppendsToEveryFile) {
  std::ofstream{path("a")} << "before\n";
  Host host{"files = ['" + path("a") + "', '" + path("b") + "']"};
  auto output = host.create("outputs.file");
  ASSERT_EQ(output.start(), "");
  EXPECT_EQ(output.write("m v=1i 1\nm v=2i 2"), "");
  EXPECT_EQ(output.write("m v=3i 3"), "");
  EXPECT_EQ(content(path("a")), "before\nm v=1i 1\nm v=2i 2\nm v=3i 3\n");
  EXPECT_EQ(content(path("b")), "m v=1i 1\nm v=2i 2\nm v=3i 3\n");
}

TEST_F(File, StartsANewFileAtTheSize) {
  Host host{"files = ['" + path("a.lp") + "']\nrotation_max_size = 20\nrotation_max_archives = 2"};
  auto output = host.create("outputs.file");
  ASSERT_EQ(output.start(), "");
  for (int i = 1; i <= 9; ++i) {
    EXPECT_EQ(output.write("m v=" + std::to_string(i) + "i 1"), "");  // 9 bytes
    host.advance(std::chrono::seconds{1});
  }
  const auto files = names();
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0], "a.2024-01-01-1704067206.lp");
  EXPECT_EQ(content(path(files[0])), "m v=5i 1\nm v=6i 1\n");
  EXPECT_EQ(content(path("a.lp")), "m v=9i 1\n");
}

TEST_F(File, StartsANewFileAfterTheInterval) {
  Host host{"files = ['" + path("a") + "']\nrotation_interval = '1h'"};
  auto output = host.create("outputs.file");
  ASSERT_EQ(output.start(), "");
  output.write("m v=1i 1");
  host.advance(std::chrono::minutes{61});
  output.write("m v=2i 1");
  EXPECT_EQ(names().size(), 2u);
  EXPECT_EQ(content(path("a")), "m v=2i 1\n");
}

TEST_F(File, NamesWhatItCannotOpen) {
  Host host{"files = ['" + path("none/a") + "']"};
  EXPECT_EQ(host.create("outputs.file").start(),
            "cannot open " + path("none/a") + ": No such file or directory");
}
