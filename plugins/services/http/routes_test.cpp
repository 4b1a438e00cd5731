// SPDX-License-Identifier: MIT
#include "routes.hpp"

#include <gtest/gtest.h>

namespace tickwork::http_server {
namespace {

tw_status nothing(void*, const tw_http_request*, const tw_http_response*, tw_error*) {
  return TW_OK;
}

class RoutesTest : public ::testing::Test {
 protected:
  bool add(std::string_view method, std::string_view pattern) {
    return routes_.add({sizeof(tw_http_route),
                        {method.data(), method.size()},
                        {pattern.data(), pattern.size()},
                        this,
                        nothing});
  }
  // "GET a/:id id=5", or the methods allowed, or "none".
  std::string find(std::string_view method, std::string_view path) {
    const Match match = routes_.find(method, path);
    std::string out;
    if (match.route) {
      match.route->owner->leave();
      out = match.route->method + " ";
      for (const auto& segment : match.route->segments) out += "/" + segment;
      for (const auto& [name, value] : match.params) out += " " + name + "=" + value;
      return out;
    }
    for (const auto& allowed : match.allowed) out += allowed + " ";
    return out.empty() ? "none" : "only " + out;
  }
  Routes routes_;
};

TEST_F(RoutesTest, TheLongestLiteralMatchWins) {
  add("GET", "/");
  add("GET", "/*");
  add("GET", "/tasks");
  add("GET", "/tasks/:id");
  add("GET", "/tasks/*");
  add("GET", "/tasks/:id/log");
  add("GET", "/tasks/special");
  EXPECT_EQ(find("GET", "/"), "GET /");
  EXPECT_EQ(find("GET", "/tasks"), "GET /tasks");
  EXPECT_EQ(find("GET", "/tasks/5"), "GET /tasks/:id id=5");
  EXPECT_EQ(find("GET", "/tasks/special"), "GET /tasks/special");
  EXPECT_EQ(find("GET", "/tasks/5/log"), "GET /tasks/:id/log id=5");
  EXPECT_EQ(find("GET", "/tasks/5/x"), "GET /tasks/* *=5/x");
  EXPECT_EQ(find("GET", "/tasks/"), "GET /tasks/* *=");
  EXPECT_EQ(find("GET", "/other/x"), "GET /* *=other/x");
}

TEST_F(RoutesTest, Methods) {
  add("GET", "/a");
  add("*", "/b");
  add("POST", "/b");
  add("*", "/*");
  EXPECT_EQ(find("HEAD", "/a"), "GET /a");
  EXPECT_EQ(find("PUT", "/a"), "only GET ");
  EXPECT_EQ(find("POST", "/b"), "POST /b");
  EXPECT_EQ(find("PUT", "/b"), "* /b");
  EXPECT_EQ(find("PUT", "/c"), "* /* *=c");
}

TEST_F(RoutesTest, CodesAreDecodedBehindTheSplit) {
  add("GET", "/t/:id/x");
  EXPECT_EQ(find("GET", "/t/a%2Fb%20c/x"), "GET /t/:id/x id=a/b c");
  EXPECT_EQ(find("GET", "/%74/1/x"), "GET /t/:id/x id=1");
  EXPECT_EQ(find("GET", "/t//x"), "none");
}

TEST_F(RoutesTest, TakenAndRemoved) {
  EXPECT_TRUE(add("GET", "/a"));
  EXPECT_FALSE(add("GET", "/a"));
  routes_.remove(this);
  EXPECT_EQ(find("GET", "/a"), "none");
  EXPECT_TRUE(add("GET", "/a"));
}

TEST(Target, Split) {
  const auto split = [](std::string_view target) {
    const auto [path, query] = split_target(target);
    return std::string{path} + " " + std::string{query};
  };
  EXPECT_EQ(split("/a?b?c"), "/a b?c");
  EXPECT_EQ(split("http://h:1/a?b"), "/a b");
  EXPECT_EQ(split("http://h"), "/ ");
  EXPECT_EQ(split("*"), "* ");
}

}  // namespace
}  // namespace tickwork::http_server
