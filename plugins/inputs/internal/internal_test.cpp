// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

using tickwork::testing::Host;

TEST(Internal, SeesTheAgentAndItself) {
  Host host;
  auto input = host.create("inputs.internal");
  ASSERT_EQ(input.start(), "");
  const std::string got = input.gather();
  EXPECT_EQ(input.error(), "");
  EXPECT_NE(got.find("internal_agent,version="), got.npos) << got;
  EXPECT_NE(got.find("internal_gather,input=internal,version="), got.npos) << got;
  EXPECT_NE(got.find("internal_memstats alloc_bytes="), got.npos) << got;
}

TEST(Internal, WithoutMemory) {
  Host host{"collect_memstats = false"};
  EXPECT_EQ(host.gather("inputs.internal").find("internal_memstats"), std::string::npos);
}
