#include <gtest/gtest.h>

#include <tickwork/testing.hpp>

TEST(@CLASS@, PassesOnWhatIsAbove) {
  tickwork::testing::Host host{"field = 'busy'\nabove = 90"};
  auto node = host.create("@ID@");
  ASSERT_EQ(node.start(), "");
  EXPECT_EQ(node.points("cpu,host=a busy=95.5\ncpu,host=a busy=12\ncpu,host=a busy=99i"),
            "cpu,host=a busy=95.5\ncpu,host=a busy=99i");
}

TEST(@CLASS@, DropsPointsWithoutTheField) {
  tickwork::testing::Host host;
  auto node = host.create("@ID@");
  ASSERT_EQ(node.start(), "");
  EXPECT_EQ(node.points("cpu idle=95.5"), "");
}
