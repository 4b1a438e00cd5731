// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/procfs/case.hpp"

// Users come from the machine itself.
TEST(System, LoadAndUptime) {
  tickwork::procfs::use_files("cases/basic");
  tickwork::testing::Host host{tickwork::procfs::case_options("cases/basic")};
  auto input = host.create("inputs.system");
  ASSERT_EQ(input.start(), "");
  const std::string got = input.gather();
  EXPECT_EQ(got.find("system load1=0.5,load5=1.25,load15=2,n_cpus=3i,n_physical_cpus=2i,n_users="),
            0u)
      << got;
  EXPECT_NE(got.find("\nsystem uptime=1058640u\nsystem uptime_format=\"12 days,  6:04\""), got.npos)
      << got;
}

TEST(System, RefusesWhatItDoesNotHave) {
  tickwork::testing::Host host{"include = ['users']"};
  EXPECT_EQ(host.create("inputs.system").error(),
            "include = [\"users\"]: only \"legacy\" is available");
}
