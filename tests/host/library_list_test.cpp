// SPDX-License-Identifier: MIT
#include "cli/library_list.hpp"

#include <gtest/gtest.h>

#include "cli/text_table.hpp"

namespace tickwork::host {
namespace {

LibraryInfo library(const tw_module& tables, const char* version, uint64_t bytes, bool superseded) {
  return {&tables, "/p/lamp.so", "org.example.lamp", version, version, bytes, 0, superseded};
}

using Said = std::vector<std::string>;

TEST(SupersededLines, TellOnlyWhatIsNew) {
  const tw_module first{}, second{}, third{};
  const auto old = library(first, "1.0.0", 4096, false);
  auto gone = old;
  gone.superseded = true;
  const auto fresh = library(second, "2.0.0", 8192, false);
  EXPECT_EQ(superseded_lines({}, {old}), Said{});
  const std::string told =
      "org.example.lamp 1.0.0 of /p/lamp.so, loaded 1970-01-01T00:00:00Z, is superseded; its 4096 "
      "bytes stay mapped";
  EXPECT_EQ(superseded_lines({old}, {gone, fresh}), Said{told});
  EXPECT_EQ(superseded_lines({gone, fresh}, {gone, fresh}), Said{});

  const auto next = superseded_lines(
      {gone, fresh}, {gone, library(second, "2.0.0", 8192, true), library(third, "3", 1, false)});
  ASSERT_EQ(next.size(), 2u);
  EXPECT_TRUE(next[0].starts_with("org.example.lamp 2.0.0 of")) << next[0];
  EXPECT_EQ(next[1], "2 superseded libraries, 12288 bytes in all");
}

TEST(TextTable, AlignsColumns) {
  EXPECT_EQ(text_table({{"NAME", "N", "LAST"}, {"a", "10", ""}, {"lamp", "7", "x y"}}, "<><"),
            "NAME   N  LAST\na     10\nlamp   7  x y\n");
}

}  // namespace
}  // namespace tickwork::host
