// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "text/suggest.hpp"
#include "text/utf8.hpp"

namespace tickwork::host {
namespace {

TEST(Suggest, FindsTheCloseOne) {
  const std::vector<std::string> names{"interval", "precision", "tags"};
  EXPECT_EQ(closest("intervall", names), "interval");
  EXPECT_EQ(closest("tgas", names), "tags");
  EXPECT_EQ(closest("color", names), "");
  EXPECT_EQ(did_you_mean("precisoin", names), "; did you mean \"precision\"?");
  EXPECT_EQ(did_you_mean("zzz", names), "");
}

TEST(Utf8, KnowsItsOwn) {
  EXPECT_TRUE(is_utf8("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"));
  for (const char* bad : {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(Utf8, StrayBytesComeBack) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  const auto covered = cover_bytes(all);
  EXPECT_TRUE(is_utf8(covered));
  EXPECT_EQ(uncover_bytes(covered), all);
  EXPECT_EQ(uncover_bytes("gr\xc3\xbcn"), "gr\xc3\xbcn");
}

}  // namespace
}  // namespace tickwork::host
