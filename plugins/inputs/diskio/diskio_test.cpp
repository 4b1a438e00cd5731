// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/procfs/case.hpp"

using namespace tickwork;

TEST(DiskIo, Counters) { procfs::expect_case("inputs.diskio", "basic"); }

// In 100 ms: 20 operations that waited 40 ms together, 50 ms busy.
TEST(DiskIo, RatesFromTheSecondGatherOn) {
  procfs::use_files("cases/basic");
  tickwork::testing::Host host{"devices = ['vda']"};
  auto input = host.create("inputs.diskio");
  ASSERT_EQ(input.start(), "");
  input.gather();
  procfs::use_files("cases/later");
  host.advance(std::chrono::milliseconds{100});
  const std::string got = input.gather();
  EXPECT_NE(got.find(",io_await=2,io_svctm=2.5,io_util=50"), got.npos) << got;
}
