// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

TEST(Discard, TakesEverything) {
  tickwork::testing::Host host;
  auto output = host.create("outputs.discard");
  ASSERT_EQ(output.start(), "");
  EXPECT_EQ(output.write("m v=1 1\nn v=2 2"), "");
  EXPECT_EQ(output.status(), TW_OK);
}
