// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

using tickwork::testing::Host;

TEST(File, ReadsAndTags) {
  Host host{"files = ['cases/basic/*.lp']\nfile_tag = 'file'"};
  auto input = host.create("inputs.file");
  ASSERT_EQ(input.start(), "");
  const std::string expected = "cpu,file=a.lp,host=a usage=1.5 1\nmem,file=b.lp free=2i 2";
  EXPECT_EQ(tickwork::testing::sorted(input.gather()), tickwork::testing::sorted(expected));
}

TEST(File, MissingFilesAreErrors) {
  Host host{"files = ['cases/none']"};
  auto input = host.create("inputs.file");
  ASSERT_EQ(input.start(), "");
  input.gather();
  EXPECT_EQ(input.error(), "cannot open cases/none: No such file or directory");
}

TEST(File, BadContentNamesTheFile) {
  Host host{"files = ['cases/basic/bad.txt']"};
  auto input = host.create("inputs.file");
  ASSERT_EQ(input.start(), "");
  input.gather();
  EXPECT_EQ(input.error().find("cannot parse cases/basic/bad.txt: "), 0u) << input.error();
}
