#include <gtest/gtest.h>

#include <tickwork/testing.hpp>

TEST(@CLASS@, AddsTheTagWhereItIsMissing) {
  tickwork::testing::Host host{"key = 'site'\nvalue = 'north'"};
  auto processor = host.create("@ID@");
  ASSERT_EQ(processor.start(), "");
  EXPECT_EQ(processor.process("cpu,host=a busy=1\ncpu,site=south busy=2"),
            "cpu,host=a,site=north busy=1\ncpu,site=south busy=2");
}

TEST(@CLASS@, SaysWhatIsWrong) {
  tickwork::testing::Host host{"key = ''"};
  EXPECT_EQ(host.create("@ID@").error(), "key and value must not be empty");
}
