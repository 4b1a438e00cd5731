// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

using tickwork::testing::Host;

TEST(Influx, ParsesAndKeepsTheRest) {
  Host host{"influx_timestamp_precision = '1s'"};
  auto format = host.create("formats.influx");
  ASSERT_EQ(format.start(), "");
  EXPECT_EQ(format.parse("m,a=b v=1i 2\nm v=", false), "m,a=b v=1i 2000000000");
  EXPECT_EQ(format.used(), 13u);
  EXPECT_EQ(format.parse("m v=t", true), "m v=true");
}

TEST(Influx, NamesTheFirstBadLine) {
  Host host;
  auto format = host.create("formats.influx");
  ASSERT_EQ(format.start(), "");
  EXPECT_EQ(format.parse("m v=1\nx\ny\n"), "m v=1");
  EXPECT_EQ(format.status(), TW_PARTIAL);
  EXPECT_EQ(format.error(), "unable to parse 'x': missing fields");
  EXPECT_EQ(format.parse("x\n"), "");
  EXPECT_EQ(format.status(), TW_E_INVALID);
}

TEST(Influx, Serializes) {
  Host host;
  auto plain = host.create("formats.influx");
  ASSERT_EQ(plain.start(), "");
  EXPECT_EQ(plain.serialize("m b=1i,a=2u 5"), "m b=1i,a=2i 5\n");
  auto sorted = host.create("formats.influx",
                            "influx_sort_fields = true\ninflux_uint_support = true\n"
                            "influx_omit_timestamp = true");
  ASSERT_EQ(sorted.start(), "");
  EXPECT_EQ(sorted.serialize("m b=1i,a=2u 5"), "m a=2u,b=1i\n");
}
