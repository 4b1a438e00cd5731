// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

TEST(Mock, StepsWavesAndConstants) {
  tickwork::testing::Host host{R"(
metric_name = "m"
[[constant]]
name = "c"
value = "x"
[[constant]]
name = "i"
value = 3
[[step]]
name = "s"
start = 1.0
step = 2.5
[[sine_wave]]
name = "w"
amplitude = 2.0
period = 0.5
phase = 0.0
base_line = 1.0
[[random]]
name = "r"
min = 4.0
max = 4.0
)"};
  auto mock = host.create("inputs.mock");
  ASSERT_TRUE(mock) << mock.error();
  ASSERT_EQ(mock.start(), "");
  EXPECT_EQ(mock.gather(), "m c=\"x\",i=3i,r=4,w=1,s=1");
  EXPECT_EQ(mock.gather(), "m c=\"x\",i=3i,r=4,w=3,s=3.5");
}
