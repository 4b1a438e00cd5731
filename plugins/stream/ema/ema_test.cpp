// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

namespace {

TEST(Ema, FollowsPerGroup) {
  tickwork::testing::Host host{"field = 'v'\nspan = 3"};
  auto ema = host.create("stream.ema");
  ASSERT_TRUE(ema) << ema.error();
  EXPECT_EQ(ema.start(), "");
  // weight 2/(3+1) = 0.5
  EXPECT_EQ(ema.points("cpu,host=a v=4 1"), "cpu,host=a v=4,ema=4 1");
  EXPECT_EQ(ema.points("cpu,host=a v=8 2"), "cpu,host=a v=8,ema=6 2");
  EXPECT_EQ(ema.points("cpu,host=b v=1i 3"), "cpu,host=b v=1i,ema=1 3");
  EXPECT_EQ(ema.points("cpu,host=a v=0 4"), "cpu,host=a v=0,ema=3 4");
}

TEST(Ema, DropsPointsWithoutTheField) {
  tickwork::testing::Host host{"field = 'v'"};
  auto ema = host.create("stream.ema");
  ASSERT_TRUE(ema);
  EXPECT_EQ(ema.start(), "");
  EXPECT_EQ(ema.points("cpu x=1 1"), "");
}

TEST(Ema, RefusesNoSpan) {
  tickwork::testing::Host host{"field = 'v'\nspan = 0"};
  auto ema = host.create("stream.ema");
  EXPECT_FALSE(ema);
  EXPECT_EQ(ema.error(), "span must be at least 1");
}

}  // namespace
