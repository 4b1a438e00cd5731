#include <gtest/gtest.h>

#include <tickwork/testing.hpp>

TEST(@CLASS@, CountsAndStartsAfresh) {
  tickwork::testing::Host host{"field = 'n'"};
  auto aggregator = host.create("@ID@");
  ASSERT_EQ(aggregator.start(), "");
  EXPECT_EQ(aggregator.add("cpu busy=1\nmem free=2\ncpu busy=3"), "");
  EXPECT_EQ(aggregator.push(), "cpu n=2i\nmem n=1i");
  EXPECT_EQ(aggregator.push(), "");
}

TEST(@CLASS@, SaysWhatIsWrong) {
  tickwork::testing::Host host{"field = ''"};
  EXPECT_EQ(host.create("@ID@").error(), "field must not be empty");
}
