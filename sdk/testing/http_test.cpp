// SPDX-License-Identifier: MIT
// The fake HTTP server: routes, parameters, late answers.
#include <gtest/gtest.h>

#include <thread>
#include <tickwork/testing/http.hpp>
#include <tickwork/tickwork.hpp>

namespace {

using tickwork::str;
using tickwork::testing::Host;
using tickwork::testing::HttpServer;

// Answers "<route> <params> <query> <body>", /late from another thread.
struct Echo {
  tickwork::Ref<tw_http_server> server;
  std::thread late;
  Echo(tickwork::Host h, tickwork::Config) : server{h.find<tw_http_server>()} {}

  static tw_status answer(void* self, const tw_http_request* q, const tw_http_response* r,
                          tw_error* error) {
    if (tickwork::view(q->path) == "/fails") return tickwork::fail(error, TW_E_IO, "no disk");
    std::string text{tickwork::view(q->method)};
    for (size_t i = 0; i < q->n_params; ++i)
      text += ' ' + tickwork::string(q->params[i].key) + '=' + tickwork::string(q->params[i].value);
    text += ' ' + tickwork::string(q->query) + ' ' + tickwork::string(q->body);
    const auto send = [r, text] {
      const tw_http_header type{TW_STR("Content-Type"), TW_STR("text/plain")};
      r->head(r, 200, &type, 1);
      r->write(r, str(text));
      r->end(r);
    };
    if (tickwork::view(q->path) != "/late") return send(), TW_OK;
    static_cast<Echo*>(self)->late = std::thread{send};
    return TW_AGAIN;
  }
  void add(const char* method, const char* pattern) {
    const tw_http_route r{sizeof r, str(method), str(pattern), this, answer};
    server.call(&tw_http_server::route, &r);
  }
  void start() {
    add("GET", "/tasks/:id");
    add("*", "/static/*");
    add("POST", "/late");
    add("GET", "/fails");
  }
  void stop() {
    if (late.joinable()) late.join();
    server.vtable().unroute(server.self(), this);
  }
};

TEST(HttpServer, RoutesRequests) {
  Host host;
  HttpServer http;
  http.provide(host);
  auto echo = host.create("services.echo");
  ASSERT_EQ(echo.start(), "");
  EXPECT_EQ(http.routes().size(), 4u);
  EXPECT_EQ(http.request("GET", "/tasks/a%20b?x=%20").body, "GET id=a b x=%20 ");
  EXPECT_EQ(http.request("PUT", "/static/a/b", "body").body, "PUT *=a/b  body");
  EXPECT_EQ(http.request("GET", "/static/").header("content-type"), "text/plain");
  EXPECT_EQ(http.request("POST", "/late", "x").body, "POST  x");
  EXPECT_EQ(http.request("GET", "/fails").code, 500u);
  EXPECT_EQ(http.request("GET", "/fails").body, "no disk");
  EXPECT_EQ(http.request("POST", "/tasks/1").code, 404u);
  EXPECT_EQ(http.request("GET", "/tasks").code, 404u);
  EXPECT_EQ(echo.stop(), "");
  EXPECT_TRUE(http.routes().empty());
}

}  // namespace

TICKWORK_MODULE("org.tickwork.test", "0.1.0", "MIT",
                tickwork::plugin<Echo>("services.echo", "Test service"));
