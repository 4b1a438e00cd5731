// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

TEST(Rename, RulesApplyInOrder) {
  tickwork::testing::Host host{R"(
[[replace]]
measurement = "m"
dest = "n"
[[replace]]
tag = "b"
dest = "a0"
[[replace]]
field = "v"
dest = "w"
[[replace]]
field = "w"
dest = "x"
[[replace]]
field = "none"
dest = ""
)"};
  auto rename = host.create("processors.rename");
  ASSERT_TRUE(rename) << rename.error();
  ASSERT_EQ(rename.start(), "");
  EXPECT_EQ(rename.process("m,a=1,b=2,c=3 v=1i,x=2i 5\nother v=1i 6"),
            "n,a=1,a0=2,c=3 x=1i 5\nother x=1i 6");
}
