// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/procfs/case.hpp"

TEST(Swap, Basic) { tickwork::procfs::expect_case("inputs.swap", "basic"); }

TEST(Swap, MissingFilesAreNamed) {
  tickwork::procfs::use_files("cases/none");
  tickwork::testing::Host host;
  auto swap = host.create("inputs.swap");
  ASSERT_EQ(swap.start(), "");
  swap.gather();
  EXPECT_EQ(swap.error(), "cannot read cases/none/proc/meminfo");
}
