// SPDX-License-Identifier: MIT
#include "kit/rotatingfile/rotatingfile.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace fs = std::filesystem;

namespace tickwork::rotatingfile {
namespace {

constexpr int64_t second = 1'000'000'000;
constexpr int64_t start = 1'704'067'200 * second;  // 2024-01-01T00:00:00Z

class RotatingFile : public ::testing::Test {
 protected:
  RotatingFile() : folder_{fs::temp_directory_path() / ("rotating-" + std::to_string(getpid()))} {
    fs::create_directories(folder_);
  }
  ~RotatingFile() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string content(const std::string& name) const {
    std::ifstream in{folder_ / name};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator{folder_})
      all.push_back(entry.path().filename().string());
    std::sort(all.begin(), all.end());
    return all;
  }
  fs::path folder_;
};

TEST_F(RotatingFile, AppendsWithoutLimits) {
  File file{path("a.log"), {}};
  file.write("one\n", start);
  file.close();
  file.write("two\n", start + 1000 * second);
  EXPECT_EQ(content("a.log"), "one\ntwo\n");
  EXPECT_EQ(names().size(), 1u);
}

TEST_F(RotatingFile, StartsAnewAtItsSizeAndKeepsTheNewestArchives) {
  std::ofstream{folder_ / "a.notes.log"} << "somebody else's";
  File file{path("a.log"), {0, 8, 2}};
  for (int i = 0; i < 5; ++i) file.write("line" + std::to_string(i) + "\n", start + i * second);
  const std::vector<std::string> expected{"a.2024-01-01-1704067203.log",
                                          "a.2024-01-01-1704067204.log", "a.log", "a.notes.log"};
  EXPECT_EQ(names(), expected);
  EXPECT_EQ(content("a.log"), "line4\n");
  EXPECT_EQ(content("a.2024-01-01-1704067204.log"), "line3\n");
}

TEST_F(RotatingFile, StartsAnewAtItsAgeAndKeepsAll) {
  File file{path("a"), {60 * second, 0, -1}};
  for (int minute = 0; minute < 9; ++minute) file.write("x", start + minute * 60 * second);
  EXPECT_EQ(names().size(), 9u);
  EXPECT_EQ(content("a"), "x");
}

TEST_F(RotatingFile, SaysWhatItCannotOpen) {
  File file{path("none/a"), {}};
  try {
    file.open(start);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), "cannot open " + path("none/a") + ": No such file or directory");
  }
}

}  // namespace
}  // namespace tickwork::rotatingfile
