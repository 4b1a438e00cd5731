#include <gtest/gtest.h>

#include <tickwork/testing.hpp>
#include <tickwork/testing/http.hpp>

TEST(@CLASS@, AnswersWhileItIsStarted) {
  tickwork::testing::HttpServer http;
  tickwork::testing::Host host{"path = '/greet'\ngreeting = 'Good day'"};
  http.provide(host);
  auto service = host.create("@ID@");
  ASSERT_EQ(service.start(), "");
  EXPECT_EQ(http.request("GET", "/greet/you").body, "Good day you, you are number 1\n");
  const auto reply = http.request("GET", "/greet/me");
  EXPECT_EQ(reply.code, 200u);
  EXPECT_EQ(reply.body, "Good day me, you are number 2\n");
  EXPECT_EQ(reply.header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(service.stop(), "");
  EXPECT_EQ(http.request("GET", "/greet/you").code, 404u);
}

TEST(@CLASS@, SaysWhatIsWrong) {
  tickwork::testing::HttpServer http;
  tickwork::testing::Host host{"path = 'greet'"};
  http.provide(host);
  EXPECT_EQ(host.create("@ID@").error(), "path must begin with \"/\"");
}
