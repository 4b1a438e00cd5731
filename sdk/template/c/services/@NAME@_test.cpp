#include <gtest/gtest.h>

#include <tickwork/testing.hpp>

TEST(@CLASS@, SpeaksAtItsTimes) {
  tickwork::testing::Host host{"text = 'hello'\nevery = '10s'"};
  auto service = host.create("@ID@");
  ASSERT_EQ(service.start(), "");
  EXPECT_FALSE(host.logged("hello"));
  host.advance(std::chrono::seconds{25});
  EXPECT_TRUE(host.logged("hello"));
  EXPECT_EQ(service.stop(), "");
}

TEST(@CLASS@, SaysWhatIsWrong) {
  tickwork::testing::Host host{"every = '0s'"};
  EXPECT_EQ(host.create("@ID@").error(), "every must be longer than 0s");
}
