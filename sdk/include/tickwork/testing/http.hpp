// SPDX-License-Identifier: MIT
// A fake tw.http-server/1: plugins register routes with it, the test sends requests.
//
//   tickwork::testing::HttpServer http;
//   http.provide(host);                       // for host.find<tw_http_server>(any name)
//   auto reply = http.request("POST", "/write?db=x", "cpu v=1");
//   EXPECT_EQ(reply.code, 204);
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../testing.hpp"

namespace tickwork::testing {

struct HttpReply {
  uint32_t code = 0;  // 404: no route; 500: the handler failed before head; 0: no end in time
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string header(std::string_view name) const;  // any case, empty: none
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

class HttpServer {
 public:
  HttpServer();
  ~HttpServer();
  void provide(Host& host, std::string_view name = "");

  // Calls the route's handler on this thread and waits for a late answer (TW_AGAIN) up to limit.
  HttpReply request(std::string_view method, std::string_view target, std::string_view body = "",
                    const HttpHeaders& headers = {},
                    std::chrono::milliseconds limit = std::chrono::seconds{5});
  // What is registered now, such as "GET /query", in the order of registration.
  std::vector<std::string> routes() const;
  // Responses that are not ended yet see a client that went away.
  void set_gone(bool gone);

  struct Inside;

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace tickwork::testing
