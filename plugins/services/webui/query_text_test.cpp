// SPDX-License-Identifier: MIT
#include "query_text.hpp"

#include <gtest/gtest.h>

namespace {

using namespace tickwork::webui;

Bindings bindings() {
  Bindings out;
  out.variables = {{"host", "a'b\\c"}, {"region", "eu/west.1"}};
  out.from_ns = 1000;
  out.to_ns = 2000;
  out.interval_ns = 10'000'000'000;
  return out;
}

TEST(QueryText, ValuesBecomeQuotedLiterals) {
  EXPECT_EQ(fill("WHERE host = :host:", bindings()), R"(WHERE host = 'a\'b\\c')");
}

TEST(QueryText, TimesAndIntervalAreNumbers) {
  EXPECT_EQ(fill("time >= :dashboardTime: AND time < :upperDashboardTime: GROUP BY "
                 "time(:interval:)",
                 bindings()),
            "time >= 1000 AND time < 2000 GROUP BY time(10s)");
}

TEST(QueryText, InsideAPatternTheValueIsEscaped) {
  EXPECT_EQ(fill("region =~ /^:region:$/", bindings()), R"(region =~ /^eu\/west\.1$/)");
}

TEST(QueryText, StringsAndUnknownNamesStay) {
  EXPECT_EQ(fill("a = ':host:' AND b = :nobody: AND c::tag", bindings()),
            "a = ':host:' AND b = :nobody: AND c::tag");
}

TEST(QueryText, AValueCannotEndItsLiteral) {
  Bindings evil;
  evil.variables["host"] = "x' OR '1'='1";
  EXPECT_EQ(fill("host = :host:", evil), R"(host = 'x\' OR \'1\'=\'1')");
}

TEST(QueryText, IntervalsAreRoundAndNotTooFine) {
  const int64_t second = 1'000'000'000;
  EXPECT_EQ(interval_for(900 * second, 600, 10 * second), 10 * second);
  EXPECT_EQ(interval_for(3600 * second, 600, second), 15 * second);           // 12 s wanted
  EXPECT_EQ(interval_for(30 * 86400 * second, 600, second), 14400 * second);  // 8640 s wanted
  EXPECT_EQ(interval_for(second, 0, second), second);
}

}  // namespace
