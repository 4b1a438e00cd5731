#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <tickwork/testing.hpp>

static tw_event critical() {
  tw_event event{};
  event.size = sizeof event;
  event.level = TW_LEVEL_CRITICAL;
  event.id = TW_STR("cpu");
  event.message = TW_STR("too hot");
  return event;
}

TEST(@CLASS@, WritesTheMessage) {
  std::remove("alerts");
  tickwork::testing::Host host{"path = 'alerts'"};
  auto handler = host.create("@ID@");
  ASSERT_EQ(handler.start(), "");
  EXPECT_EQ(handler.handle(critical()), "");
  std::ifstream in{"alerts"};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{in}, {}}), "CRITICAL cpu: too hot\n");
  std::remove("alerts");
}

TEST(@CLASS@, SaysWhatIsWrong) {
  tickwork::testing::Host host{"path = '/nonexistent/alerts'"};
  auto handler = host.create("@ID@");
  ASSERT_EQ(handler.start(), "");
  EXPECT_EQ(handler.handle(critical()), "cannot write /nonexistent/alerts");
}
