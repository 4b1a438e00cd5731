// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/procfs/case.hpp"

using namespace tickwork;

TEST(Cpu, TimesSinceStart) { procfs::expect_case("inputs.cpu", "basic"); }

// Between the two files 200 ticks pass: user 120 (20 of them guest), nice 10 (4), system 30, idle
// 20, iowait 10, steal 10.
TEST(Cpu, UsageFromTheSecondGatherOn) {
  procfs::use_files("cases/basic");
  tickwork::testing::Host host{"report_active = true"};
  auto cpu = host.create("inputs.cpu");
  ASSERT_EQ(cpu.start(), "");
  EXPECT_EQ(cpu.gather(), "");
  procfs::use_files("cases/later");
  EXPECT_EQ(cpu.gather(),
            "cpu,cpu=cpu-total usage_user=50,usage_nice=3,usage_system=15,usage_idle=10,"
            "usage_iowait=5,usage_irq=0,usage_softirq=0,usage_steal=5,usage_guest=10,"
            "usage_guest_nice=2,usage_active=90");
}

TEST(Cpu, TimeThatGoesBackIsAnError) {
  procfs::use_files("cases/later");
  tickwork::testing::Host host;
  auto cpu = host.create("inputs.cpu");
  ASSERT_EQ(cpu.start(), "");
  cpu.gather();
  procfs::use_files("cases/basic");
  cpu.gather();
  EXPECT_EQ(cpu.error(), "current total CPU time is less than previous total CPU time");
}
