#include <gtest/gtest.h>

#include <tickwork/testing.hpp>

TEST(@CLASS@, ReadsAndWrites) {
  tickwork::testing::Host host;
  auto format = host.create("@ID@");
  ASSERT_EQ(format.start(), "");
  EXPECT_EQ(format.parse("12.5\n7\n1", false), "@NAME@ value=12.5\n@NAME@ value=7");
  EXPECT_EQ(format.used(), 7u);  // "1" may go on
  EXPECT_EQ(format.parse("1", true), "@NAME@ value=1");
  EXPECT_EQ(format.serialize("cpu busy=12.5,cores=4i"), "12.5\n4\n");
}

TEST(@CLASS@, SaysWhatIsWrongAndKeepsTheRest) {
  tickwork::testing::Host host;
  auto format = host.create("@ID@");
  ASSERT_EQ(format.start(), "");
  EXPECT_EQ(format.parse("x1\n2\n"), "@NAME@ value=2");
  EXPECT_EQ(format.error(), "\"x1\" is no number");
  EXPECT_EQ(format.status(), TW_PARTIAL);
}
