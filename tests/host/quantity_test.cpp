// SPDX-License-Identifier: MIT
#include "config/quantity.hpp"
#include "time_units.hpp"

#include <gtest/gtest.h>

namespace tickwork::host {
namespace {

TEST(Duration, ReadsGoSyntaxDaysAndBareSeconds) {
  EXPECT_EQ(parse_duration("1h30m"), 5400 * second);
  EXPECT_EQ(parse_duration("500ms"), second / 2);
  EXPECT_EQ(parse_duration("1.5s"), second * 3 / 2);
  EXPECT_EQ(parse_duration("2d"), 2 * 86400 * second);
  EXPECT_EQ(parse_duration("10"), 10 * second);
  EXPECT_EQ(parse_duration("0.25"), second / 4);
  EXPECT_EQ(parse_duration("\xc2\xb5s").has_value(), false);
  EXPECT_EQ(parse_duration("3\xc2\xb5s"), 3000);
  EXPECT_EQ(parse_duration("-1s"), -second);
  EXPECT_EQ(parse_duration(""), 0);
  EXPECT_EQ(parse_duration("7ns"), 7);
}

TEST(Duration, RefusesTheRest) {
  for (const char* text : {"x", "10x", "1h30", "s", "1 s", "1..5s", "99999999999h", "1s-"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Size, ReadsDecimalAndBinaryUnits) {
  EXPECT_EQ(parse_size("512"), 512);
  EXPECT_EQ(parse_size("10KB"), 10000);
  EXPECT_EQ(parse_size("10KiB"), 10240);
  EXPECT_EQ(parse_size("64MiB"), 64 << 20);
  EXPECT_EQ(parse_size("1.5 GiB"), 3ll << 29);
  EXPECT_EQ(parse_size("5b"), 5);
}

TEST(Size, RefusesTheRest) {
  for (const char* text : {"", "x", "-5", "10XB", "99999999TiB"})
    EXPECT_FALSE(parse_size(text)) << text;
}

}  // namespace
}  // namespace tickwork::host
