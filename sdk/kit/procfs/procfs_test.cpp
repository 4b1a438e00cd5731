// SPDX-License-Identifier: MIT
#include "kit/procfs/procfs.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <tickwork/cpp/error.hpp>

namespace tickwork::procfs {
namespace {

TEST(Procfs, RootsAreRedirected) {
  unsetenv("HOST_PROC");
  EXPECT_EQ(proc("stat"), "/proc/stat");
  setenv("HOST_PROC", "/host/proc", 1);
  EXPECT_EQ(proc("stat"), "/host/proc/stat");
  unsetenv("HOST_PROC");
}

TEST(Procfs, SplitsText) {
  const auto all = lines("a\n\nb");
  EXPECT_EQ(all, (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(words("  a \t b"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(number("12kB"), 12u);
  EXPECT_EQ(number("x"), 0u);
}

TEST(Procfs, NamesTheFile) {
  try {
    read("/nonexistent/x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "cannot read /nonexistent/x: No such file or directory");
  }
}

TEST(Procfs, MatchesGlobs) {
  EXPECT_TRUE(matches({"sd*", "x"}, "sda"));
  EXPECT_FALSE(matches({}, "sda"));
}

}  // namespace
}  // namespace tickwork::procfs
