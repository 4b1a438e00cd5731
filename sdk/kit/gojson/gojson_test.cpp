// SPDX-License-Identifier: MIT
#include "kit/gojson/gojson.hpp"

#include <gtest/gtest.h>

namespace tickwork::gojson {
namespace {

template <class T>
std::string json(T value) {
  std::string out;
  append(out, value);
  return out;
}

TEST(Json, StringsEscapeHtmlAndControls) {
  EXPECT_EQ(json("a<b>&\"\\\n\x01"), R"("a\u003cb\u003e\u0026\"\\\n\u0001")");
  EXPECT_EQ(json("\xC3\xA9\xE2\x80\xA8\xFF"), "\"\xC3\xA9\\u2028\\ufffd\"");
}

TEST(Json, Numbers) {
  EXPECT_EQ(json(1e6), "1000000");
  EXPECT_EQ(json(97.1), "97.1");
  EXPECT_EQ(json(1e21), "1e+21");
  EXPECT_EQ(json(1e-7), "1e-7");
  EXPECT_EQ(json(0.0), "0");
  EXPECT_EQ(json(int64_t{-5}), "-5");
}

TEST(Json, Timestamps) {
  EXPECT_EQ(timestamp(31536010'000000000), "1971-01-01T00:00:10Z");
  EXPECT_EQ(timestamp(1'500'000'000), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ(timestamp(-1), "1969-12-31T23:59:59.999999999Z");
  int64_t ns = 0;
  EXPECT_TRUE(parse_timestamp("1971-01-01T01:00:10.25+01:00", ns));
  EXPECT_EQ(ns, 31536010'250000000);
  EXPECT_FALSE(parse_timestamp("yesterday", ns));
}

}  // namespace
}  // namespace tickwork::gojson
