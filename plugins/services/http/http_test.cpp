// SPDX-License-Identifier: MIT
// The server with real sockets, driven through the ABI.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <tickwork/testing.hpp>

#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "kit/http/http.hpp"

namespace tickwork {
namespace {

tw_str str(std::string_view text) { return {text.data(), text.size()}; }
std::string text(tw_str s) { return s.len == 0 ? std::string{} : std::string{s.data, s.len}; }

class Wire {
 public:
  explicit Wire(const std::string& address) : fd_{socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval limit{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) leave();
  }
  ~Wire() { leave(); }
  void leave() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  // Everything up to and with mark, or to the end of the connection.
  std::string until(std::string_view mark) {
    size_t at = 0;
    while ((at = seen_.find(mark)) == std::string::npos) {
      if (!more()) return std::exchange(seen_, {});
    }
    auto out = seen_.substr(0, at + mark.size());
    seen_.erase(0, at + mark.size());
    return out;
  }
  std::string all() {
    while (more()) {
    }
    return std::exchange(seen_, {});
  }

 private:
  bool more() {
    char piece[65536];
    const ssize_t n = recv(fd_, piece, sizeof piece, 0);
    if (n > 0) seen_.append(piece, static_cast<size_t>(n));
    return n > 0;
  }
  int fd_;
  std::string seen_;
};

using Handler =
    std::function<tw_status(const tw_http_request&, const tw_http_response&, tw_error&)>;

class HttpTest : public ::testing::Test {
 protected:
  void SetUp() override { begin("bind = '127.0.0.1:0'\ndrain_timeout = '200ms'\n"); }
  void TearDown() override { service_.reset(); }

  void begin(const std::string& options) {
    service_ =
        std::make_unique<tickwork::testing::Instance>(host_.create("services.http", options));
    ASSERT_TRUE(*service_) << service_->error();
    ASSERT_EQ(service_->start(), "");
  }
  const tw_http_server& server() { return *service_->ext<tw_http_server>(TW_HTTP_SERVER); }
  std::string address() { return text(server().address(service_->self())); }

  std::string route(const std::string& method, const std::string& pattern, Handler handler) {
    handlers_.push_back(std::make_unique<Handler>(std::move(handler)));
    const tw_http_route row{sizeof row, str(method), str(pattern), handlers_.back().get(),
                            [](void* self, const tw_http_request* request,
                               const tw_http_response* response, tw_error* error) {
                              return (*static_cast<Handler*>(self))(*request, *response, *error);
                            }};
    return service_->call(
        [&](tw_error* error) { return server().route(service_->self(), &row, error); });
  }
  void unroute(size_t i) { server().unroute(service_->self(), handlers_[i].get()); }

  static Handler hello(std::string body = "hello") {
    return [body](const tw_http_request&, const tw_http_response& response, tw_error&) {
      const std::string length = std::to_string(body.size());
      const tw_http_header headers[] = {{TW_STR("Content-Length"), str(length)}};
      response.head(&response, 200, headers, 1);
      response.write(&response, str(body));
      return TW_OK;
    };
  }
  std::string exchange(const std::string& request) {
    Wire wire{address()};
    wire.send(request);
    return wire.all();
  }

  tickwork::testing::Host host_;
  std::vector<std::unique_ptr<Handler>> handlers_;
  std::unique_ptr<tickwork::testing::Instance> service_;
};

constexpr const char* close_it = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_F(HttpTest, AnswersWithLength) {
  ASSERT_EQ(route("GET", "/a", hello()), "");
  const std::string reply = exchange("GET /a" + std::string{close_it});
  EXPECT_EQ(reply.find("HTTP/1.1 200 OK\r\n"), 0u) << reply;
  EXPECT_TRUE(has(reply, "Content-Length: 5\r\n"));
  EXPECT_TRUE(has(reply, "Connection: close\r\n"));
  EXPECT_TRUE(has(reply, "\r\nDate: "));
  EXPECT_TRUE(has(reply, "\r\n\r\nhello")) << reply;
}

TEST_F(HttpTest, AShortBodyIsSentWithItsLength) {
  route("GET", "/a", [](auto&, const tw_http_response& response, auto&) {
    response.head(&response, 200, nullptr, 0);
    response.write(&response, TW_STR("hello "));
    response.write(&response, TW_STR("world"));
    return TW_OK;
  });
  EXPECT_TRUE(has(exchange("GET /a" + std::string{close_it}),
                  "Content-Length: 11\r\nConnection: close\r\n\r\nhello world"));
  const std::string old = exchange("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(has(old, "Content-Length: 11\r\n")) << old;
  EXPECT_TRUE(has(old, "\r\n\r\nhello world")) << old;
}

TEST_F(HttpTest, ALongBodyWithoutLengthIsChunked) {
  const std::string body(40'000, 'x');
  route("GET", "/a", [&](auto&, const tw_http_response& response, auto&) {
    response.head(&response, 200, nullptr, 0);
    response.write(&response, {body.data(), body.size()});
    response.write(&response, TW_STR("end"));
    return TW_OK;
  });
  EXPECT_TRUE(has(exchange("GET /a" + std::string{close_it}),
                  "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n9c40\r\n" + body +
                      "\r\n3\r\nend\r\n0\r\n\r\n"));
  const std::string old = exchange("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_FALSE(has(old, "chunked")) << old.substr(0, 200);
  EXPECT_TRUE(has(old, "\r\n\r\n" + body + "end"));
}

TEST_F(HttpTest, ClientsThatStallAreLeftAndOthersAreNot) {
  service_.reset();
  begin("bind = '127.0.0.1:0'\nread_timeout = '100ms'\nidle_timeout = '1s'\n");
  route("GET", "/a", hello());
  const auto began = std::chrono::steady_clock::now();
  const auto took = [&] { return std::chrono::steady_clock::now() - began; };
  Wire steady{address()}, half{address()}, idle{address()};
  half.send("GET /a HT");
  EXPECT_EQ(half.all(), "");
  EXPECT_LT(took(), std::chrono::seconds{1});  // sooner than an idle one
  for (int i = 0; i < 8; ++i) {
    steady.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(has(steady.until("hello"), "200 OK")) << i;
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
  EXPECT_EQ(idle.all(), "");
  EXPECT_EQ(steady.all(), "");
  EXPECT_LT(took(), std::chrono::seconds{5});  // when a read of this test would end
}

TEST_F(HttpTest, WithoutAnyRouteYetItIsStarting) {
  const std::string early = exchange("GET /a" + std::string{close_it});
  EXPECT_EQ(early.find("HTTP/1.1 503 Service Unavailable\r\n"), 0u) << early;
  EXPECT_TRUE(has(early, "Retry-After: 1\r\n"));
  route("GET", "/a", hello());
  EXPECT_TRUE(has(exchange("GET /a" + std::string{close_it}), "hello"));
  unroute(0);
  EXPECT_TRUE(has(exchange("GET /a" + std::string{close_it}), " 404 "));
}

TEST_F(HttpTest, UnknownPathsAndMethods) {
  route("GET", "/a", hello());
  route("POST", "/a", hello());
  const std::string missing = exchange("GET /b" + std::string{close_it});
  EXPECT_EQ(missing.find("HTTP/1.1 404 Not Found\r\n"), 0u);
  EXPECT_TRUE(has(missing, "Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_TRUE(has(missing, "\r\n\r\n404 page not found\n"));
  const std::string wrong = exchange("PUT /a" + std::string{close_it});
  EXPECT_EQ(wrong.find("HTTP/1.1 405 Method Not Allowed\r\n"), 0u);
  EXPECT_TRUE(has(wrong, "Allow: GET, POST\r\n")) << wrong;
  EXPECT_TRUE(has(wrong, "\r\n\r\nMethod Not Allowed\n"));
}

TEST_F(HttpTest, HeadHasNoBody) {
  route("GET", "/a", hello());
  Wire wire{address()};
  wire.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string head = wire.until("\r\n\r\n");
  EXPECT_TRUE(has(head, "Content-Length: 5\r\n"));
  EXPECT_EQ(wire.until("\r\n\r\n").find("HTTP/1.1 200 OK"), 0u);
  EXPECT_EQ(wire.until("hello"), "hello");
}

TEST_F(HttpTest, PipelinedRequestsWithBodies) {
  route("POST", "/a", [](const tw_http_request& request, const tw_http_response& response, auto&) {
    response.head(&response, 200, nullptr, 0);
    response.write(&response, request.body);
    return TW_OK;
  });
  Wire wire{address()};
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    const std::string body = "body " + std::to_string(i);
    requests += "POST " + std::string{i % 7 == 0 ? "/missing" : "/a"} +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body;
  }
  wire.send(requests);
  for (int i = 0; i < 50; ++i) {
    const std::string head = wire.until("\r\n\r\n");
    if (i % 7 == 0) {
      EXPECT_TRUE(has(head, "404")) << head;
      wire.until("found\n");
    } else {
      const std::string body = "body " + std::to_string(i);
      EXPECT_TRUE(has(head, "Content-Length: " + std::to_string(body.size()) + "\r\n")) << head;
      EXPECT_EQ(wire.until(body), body);
    }
  }
}

TEST_F(HttpTest, HandsOverTheRequest) {
  std::string seen;
  route("PUT", "/x/:id/*",
        [&](const tw_http_request& request, const tw_http_response& response, auto&) {
          seen = text(request.method) + " " + text(request.path) + " " + text(request.query);
          for (size_t i = 0; i < request.n_params; ++i) {
            seen += " " + text(request.params[i].key) + "=" + text(request.params[i].value);
          }
          for (size_t i = 0; i < request.n_headers; ++i) {
            if (text(request.headers[i].name) == "X-A")
              seen += " " + text(request.headers[i].value);
          }
          response.head(&response, 204, nullptr, 0);
          return TW_OK;
        });
  const std::string reply = exchange(
      "PUT http://h/x/a%2Fb/c%20d/e?q=%41 HTTP/1.1\r\nHost: x\r\nX-A: y\r\n"
      "Connection: close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(seen, "PUT /x/a/b/c d/e q=%41 id=a/b *=c d/e y");
  EXPECT_EQ(reply.find("HTTP/1.1 204 No Content\r\n"), 0u);
  EXPECT_FALSE(has(reply, "chunked"));
  EXPECT_FALSE(has(reply, "Content-Length"));
}

TEST_F(HttpTest, LargeAndChunkedBodies) {
  std::string got;
  route("POST", "/a", [&](const tw_http_request& request, const tw_http_response& response, auto&) {
    got = text(request.body);
    response.head(&response, 204, nullptr, 0);
    return TW_OK;
  });
  std::string body;
  for (int i = 0; body.size() < 5000000; ++i) body += std::to_string(i) + "\n";
  http::Client client;
  EXPECT_EQ(client.post("http://" + address() + "/a", body).code, 204);
  EXPECT_EQ(got, body);

  std::string chunks =
      "POST /a HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (size_t at = 0; at < 1000000; at += 1000)
    chunks += "3e8\r\n" + body.substr(at, 1000) + "\r\n";
  EXPECT_TRUE(has(exchange(chunks + "0\r\n\r\n"), "204"));
  EXPECT_EQ(got, body.substr(0, 1000000));
}

TEST_F(HttpTest, RefusesLargeBodies) {
  service_.reset();
  begin("bind = '127.0.0.1:0'\nmax_body_size = 1000\n");
  route("POST", "/a", hello());
  const std::string body(100000, 'x');
  const std::string reply = exchange("POST /a HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + body);
  EXPECT_EQ(reply.find("HTTP/1.1 413 "), 0u) << reply;
  EXPECT_TRUE(has(reply, "{\"error\":\"Request Entity Too Large\"}\n"));
  EXPECT_TRUE(has(reply, "Connection: close\r\n"));
  EXPECT_TRUE(has(exchange("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" +
                           body + "\r\n0\r\n\r\n"),
                  "HTTP/1.1 413 "));
  EXPECT_TRUE(has(exchange("POST /a HTTP/1.1\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n" +
                           body.substr(0, 1000)),
                  "HTTP/1.1 200 "));
}

TEST_F(HttpTest, SaysContinueWhenAsked) {
  route("POST", "/a", hello());
  Wire wire{address()};
  wire.send("POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(wire.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wire.send("abc");
  EXPECT_EQ(wire.until("hello").find("HTTP/1.1 200 OK"), 0u);
}

TEST_F(HttpTest, RefusesNonsense) {
  EXPECT_TRUE(has(exchange("\x16\x03\x01 nonsense\r\n\r\n"), "HTTP/1.1 400 Bad Request\r\n"));
}

TEST_F(HttpTest, RefusesALargeHeader) {
  route("POST", "/a", hello());
  const std::string large = "X: " + std::string(70000, 'x') + "\r\n\r\n";
  EXPECT_TRUE(has(exchange("POST /a HTTP/1.1\r\nHost: x\r\n" + large), "HTTP/1.1 431 "));
  EXPECT_TRUE(has(exchange("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "1\r\nx\r\n0\r\n" +
                           large),
                  "HTTP/1.1 400 "));
  EXPECT_TRUE(has(exchange("POST /a" + std::string{close_it}), "hello"));
}

TEST_F(HttpTest, HandlerErrorsBecome500) {
  route("GET", "/a", [](auto&, auto&, tw_error& error) {
    snprintf(error.message, sizeof error.message, "no such thing");
    return TW_E_IO;
  });
  const std::string reply = exchange("GET /a" + std::string{close_it});
  EXPECT_EQ(reply.find("HTTP/1.1 500 "), 0u) << reply;
  EXPECT_TRUE(has(reply, "\r\n\r\nno such thing\n"));
}

TEST_F(HttpTest, AFailureAfterTheHeadCutsTheAnswer) {
  route("GET", "/a", [](auto&, const tw_http_response& response, auto&) {
    const std::string large(100000, 'x');
    response.head(&response, 200, nullptr, 0);
    response.write(&response, str(large));
    return TW_E_IO;
  });
  const std::string reply = exchange("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(has(reply, "xxx\r\n"));
  EXPECT_FALSE(has(reply, "0\r\n\r\n"));
}

TEST_F(HttpTest, HeldResponsesAreAnsweredLater) {
  const tw_http_response* held = nullptr;
  std::mutex mutex;
  std::condition_variable changed;
  route("GET", "/events", [&](auto&, const tw_http_response& response, auto&) {
    const std::lock_guard lock{mutex};
    response.head(&response, 200, nullptr, 0);
    held = &response;
    changed.notify_all();
    return TW_AGAIN;
  });
  route("GET", "/a", hello());
  Wire wire{address()};
  wire.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(wire.until("\r\n\r\n").find("HTTP/1.1 200 OK"), 0u);
  {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return held != nullptr; });
  }
  EXPECT_EQ(held->write(held, TW_STR("one")), TW_OK);
  EXPECT_EQ(wire.until("one\r\n"), "3\r\none\r\n");
  EXPECT_EQ(held->write(held, TW_STR("two")), TW_OK);
  EXPECT_EQ(wire.until("two\r\n"), "3\r\ntwo\r\n");
  EXPECT_FALSE(held->gone(held));
  held->end(held);
  unroute(0);  // returns because nothing is open
  EXPECT_EQ(wire.until("0\r\n\r\n"), "0\r\n\r\n");
  wire.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(has(wire.until("hello"), "200 OK"));
}

TEST_F(HttpTest, NoticesClientsThatWentAway) {
  std::atomic<const tw_http_response*> held{nullptr};
  route("GET", "/events", [&](auto&, const tw_http_response& response, auto&) {
    response.head(&response, 200, nullptr, 0);
    held = &response;
    return TW_AGAIN;
  });
  auto wire = std::make_unique<Wire>(address());
  wire->send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  wire->until("\r\n\r\n");
  wire.reset();
  const tw_http_response* response = held;
  for (int i = 0; i < 500 && !response->gone(response); ++i) usleep(10000);
  EXPECT_TRUE(response->gone(response));
  tw_status status = TW_OK;
  for (int i = 0; i < 100 && status == TW_OK; ++i) status = response->write(response, TW_STR("x"));
  EXPECT_EQ(status, TW_E_CANCELLED);
  response->end(response);
}

TEST_F(HttpTest, WriteBlocksWhileTheClientIsSlow) {
  std::atomic<size_t> written{0};
  route("GET", "/a", [&](auto&, const tw_http_response& response, auto&) {
    const std::string piece(1 << 20, 'x');
    response.head(&response, 200, nullptr, 0);
    for (int i = 0; i < 64; ++i) {
      if (response.write(&response, str(piece)) != TW_OK) return TW_E_IO;
      ++written;
    }
    return TW_OK;
  });
  Wire wire{address()};
  wire.send("GET /a" + std::string{close_it});
  wire.until("\r\n\r\n");
  usleep(100000);
  EXPECT_LT(written, 64u);  // sockets hold a few MiB, not all
  EXPECT_GT(wire.all().size(), size_t{64} << 20);
  EXPECT_EQ(written, 64u);
}

TEST_F(HttpTest, StopEndsHeldResponsesAndRoutesSurvive) {
  std::atomic<const tw_http_response*> held{nullptr};
  route("GET", "/events", [&](auto&, const tw_http_response& response, auto&) {
    response.head(&response, 200, nullptr, 0);
    held = &response;
    return TW_AGAIN;
  });
  route("GET", "/a", hello());
  Wire wire{address()};
  wire.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  wire.until("\r\n\r\n");
  Wire idle{address()};
  idle.send("GET /a HTTP/1.1\r\n\r\n");
  idle.until("hello");
  EXPECT_EQ(service_->stop(), "");
  EXPECT_EQ(idle.all(), "");
  const tw_http_response* response = held;
  EXPECT_TRUE(response->gone(response));
  EXPECT_EQ(response->write(response, TW_STR("x")), TW_E_CANCELLED);
  response->end(response);
  unroute(0);
  EXPECT_EQ(service_->start(), "");
  EXPECT_TRUE(has(exchange("GET /a" + std::string{close_it}), "hello"));
}

TEST_F(HttpTest, UnrouteWaitsForHandlers) {
  std::atomic<bool> inside{false};
  std::atomic<bool> left{false};
  route("GET", "/a", [&](auto&, const tw_http_response& response, auto&) {
    inside = true;
    usleep(50000);
    left = true;
    response.head(&response, 204, nullptr, 0);
    return TW_OK;
  });
  Wire wire{address()};
  wire.send("GET /a HTTP/1.1\r\n\r\n");
  while (!inside) usleep(1000);
  unroute(0);
  EXPECT_TRUE(left);
  EXPECT_TRUE(has(exchange("GET /a" + std::string{close_it}), "404"));
}

TEST_F(HttpTest, TakenRoutesAndPortsAreNamed) {
  EXPECT_EQ(route("GET", "/a", hello()), "");
  EXPECT_EQ(route("GET", "/a", hello()), "the route GET /a of services.http is taken");
  auto second = host_.create("services.http", "bind = '" + address() + "'");
  EXPECT_EQ(second.start(), "cannot listen on " + address() + ": Address already in use");
  auto broken = host_.create("services.http", "bind = 'localhost'");
  EXPECT_NE(broken.start().find("has no port"), std::string::npos);
}

TEST_F(HttpTest, LogsAccessWithoutPasswords) {
  service_.reset();
  begin("bind = '127.0.0.1:0'\naccess_log = true\n");
  route("GET", "/a", hello());
  exchange("GET /a?u=me&p=secret&q=1" + std::string{close_it});
  EXPECT_TRUE(host_.logged("\"GET /a?u=me&p=[REDACTED]&q=1\" 200 5 "));
  exchange("GET /a?q=CREATE+USER+x+WITH+%50assword+'geheim'&db=d" + std::string{close_it});
  EXPECT_TRUE(host_.logged("\"GET /a?q=[REDACTED]&db=d\" 200 5 "));
  EXPECT_FALSE(host_.logged("geheim"));
}

TEST_F(HttpTest, ManyClientsAtOnce) {
  route("GET", "/a", hello());
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      http::Client client;
      for (int k = 0; k < 100; ++k) {
        if (client.get("http://" + address() + "/a").body == "hello") ++good;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(good, 800);
}

// Each handler waits for all others: as many as there are threads must run at once, whatever the
// threads did before.
TEST_F(HttpTest, HandlersThatWaitForEachOtherRunBesideEachOther) {
  service_.reset();
  begin("bind = '127.0.0.1:0'\nthreads = 4\n");
  std::unique_ptr<std::barrier<>> meeting;
  ASSERT_EQ(
      route("GET", "/meet",
            [&](const tw_http_request& request, const tw_http_response& response, tw_error& error) {
              meeting->arrive_and_wait();
              return hello()(request, response, error);
            }),
      "");
  for (const int pause : {0, 0, 3, 12, 150, 0, 1, 30}) {
    std::this_thread::sleep_for(std::chrono::milliseconds{pause});
    meeting = std::make_unique<std::barrier<>>(4);
    std::vector<std::future<std::string>> replies;
    for (int client = 0; client < 4; ++client) {
      replies.push_back(std::async(std::launch::async,
                                   [&] { return exchange("GET /meet" + std::string{close_it}); }));
    }
    for (auto& reply : replies) EXPECT_TRUE(has(reply.get(), "hello"));
  }
}

TEST_F(HttpTest, ShortAndLongRequestsOfManyClients) {
  std::atomic<unsigned> handled{0};
  ASSERT_EQ(
      route("GET", "/some",
            [&](const tw_http_request& request, const tw_http_response& response, tw_error& error) {
              const unsigned n = ++handled;
              if (n % 97 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{12});
              if (n % 13 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
              return hello()(request, response, error);
            }),
      "");
  std::vector<std::thread> clients;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      for (int wire = 0; wire < 10; ++wire) {
        std::string requests;
        for (int i = 0; i < 20; ++i) requests += "GET /some HTTP/1.1\r\nHost: x\r\n\r\n";
        const std::string reply = exchange(requests + "GET /some" + close_it);
        size_t answers = 0;
        for (size_t at = reply.find("hello"); at != std::string::npos; ++answers) {
          at = reply.find("hello", at + 1);
        }
        EXPECT_EQ(answers, 21u);
        if (client == 0) std::this_thread::sleep_for(std::chrono::milliseconds{wire * 3});
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(handled, 8u * 10 * 21);
}

// A self-signed certificate for 127.0.0.1, made by openssl in a folder of its own.
TEST_F(HttpTest, SpeaksTls) {
  char folder[] = "/tmp/tickwork-tls-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string cert = std::string{folder} + "/cert.pem";
  const std::string key = std::string{folder} + "/key.pem";
  const std::string make =
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 "
      "-addext subjectAltName=IP:127.0.0.1 -keyout " +
      key + " -out " + cert + " 2>/dev/null";
  ASSERT_EQ(system(make.c_str()), 0);
  service_.reset();
  begin("bind = '127.0.0.1:0'\ntls_cert = '" + cert + "'\ntls_key = '" + key + "'\n");
  std::string got;
  route("POST", "/a", [&](const tw_http_request& request, const tw_http_response& response, auto&) {
    got = text(request.body);
    response.head(&response, 200, nullptr, 0);
    const std::string large(3000000, 'y');
    response.write(&response, str(large));
    return TW_OK;
  });
  http::Client client{{.tls = {.ca = cert}}};
  const std::string body(2000000, 'x');
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.post("https://" + address() + "/a", body).body.size(), 3000000u);
    EXPECT_EQ(got, body);
  }
  unlink(cert.c_str());
  unlink(key.c_str());
  rmdir(folder);
}

}  // namespace
}  // namespace tickwork
