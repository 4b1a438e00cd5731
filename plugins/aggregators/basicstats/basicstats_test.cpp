// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

using tickwork::testing::Host;

TEST(BasicStats, DefaultsBySeries) {
  Host host;
  auto stats = host.create("aggregators.basicstats");
  ASSERT_EQ(stats.start(), "");
  EXPECT_EQ(stats.add("m,h=a v=2 1\nm,h=a v=4 2\nm,h=a v=9i 3\nm,h=b v=1,s=\"x\" 4"), "");
  EXPECT_EQ(tickwork::testing::sorted(stats.push()),
            "m,h=a v_count=3,v_min=2,v_max=9,v_mean=5,v_s2=13,v_stdev=3.605551275463989\n"
            "m,h=b v_count=1,v_min=1,v_max=1,v_mean=1");
  EXPECT_EQ(stats.push(), "");  // starts afresh
}

TEST(BasicStats, TheOthers) {
  Host host{
      "stats = ['sum', 'diff', 'non_negative_diff', 'rate', 'non_negative_rate', "
      "'percent_change', 'interval', 'first', 'last']"};
  auto stats = host.create("aggregators.basicstats");
  ASSERT_EQ(stats.start(), "");
  stats.add("m v=4 1000000000\nm v=2 3000000000");
  EXPECT_EQ(stats.push(),
            "m v_sum=6,v_diff=-2,v_rate=-1,v_percent_change=-50,v_interval=2000000000i,"
            "v_first=4,v_last=2");
}

TEST(BasicStats, RefusesUnknownStats) {
  Host host{"stats = ['median']"};
  EXPECT_EQ(host.create("aggregators.basicstats").error(), "stats: there is no \"median\"");
}

TEST(BasicStats, ASuccessorGoesOnInTheWindow) {
  Host host;
  auto old = host.create("aggregators.basicstats"), fresh = host.create("aggregators.basicstats");
  ASSERT_EQ(old.start(), "");
  old.add("m,h=a v=2 1\nm,h=a v=4 2\nn v=1 2");
  EXPECT_EQ(fresh.load(old.save()), "");
  ASSERT_EQ(fresh.start(), "");
  fresh.add("m,h=a v=9 3");
  EXPECT_EQ(tickwork::testing::sorted(fresh.push()),
            "m,h=a v_count=3,v_min=2,v_max=9,v_mean=5,v_s2=13,v_stdev=3.605551275463989\n"
            "n v_count=1,v_min=1,v_max=1,v_mean=1");
}

TEST(BasicStats, RefusesADamagedSnapshot) {
  Host host;
  auto old = host.create("aggregators.basicstats");
  ASSERT_EQ(old.start(), "");
  old.add("m,h=a v=2 1");
  const std::string whole = old.save();
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    EXPECT_NE(host.create("aggregators.basicstats").load(damaged), "") << i;
    EXPECT_NE(host.create("aggregators.basicstats").load(whole.substr(0, i)), "") << i;
  }
}
