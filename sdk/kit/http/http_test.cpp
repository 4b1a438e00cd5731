// SPDX-License-Identifier: MIT
#include "kit/http/http.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>
#include <tickwork/cpp/error.hpp>

namespace tickwork::http {
namespace {

TEST(Url, PercentCodes) {
  EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%zz%4"), "%zz%4");
  EXPECT_EQ(percent_encode("a b/ä~"), "a%20b%2F%C3%A4~");
}

TEST(Url, Query) {
  const Params params = parse_query("db=x&q=SELECT+%2A%3B;p&=e&&db=y");
  const Params expected = {{"db", "x"}, {"q", "SELECT *;"}, {"p", ""}, {"", "e"}, {"db", "y"}};
  EXPECT_EQ(params, expected);
  EXPECT_EQ(get(params, "db"), "x");
  EXPECT_TRUE(has(params, "p"));
  EXPECT_FALSE(has(params, "u"));
  EXPECT_EQ(encode_query({{"q", "a b"}, {"x", "&"}}), "q=a%20b&x=%26");
}

TEST(Url, Parts) {
  Url url;
  ASSERT_TRUE(parse_url("https://me:p%40w@[::1]:8086/a/b?x=1#f", url));
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.user, "me");
  EXPECT_EQ(url.password, "p@w");
  EXPECT_EQ(url.host, "[::1]");
  EXPECT_EQ(url.port, "8086");
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.query, "x=1");
  EXPECT_FALSE(parse_url("localhost:8086", url));
  EXPECT_FALSE(parse_url("http:///x", url));
}

// Accepts connections one after the other, keeps each open for `answers.size()` requests.
class Peer {
 public:
  explicit Peer(std::vector<std::string> answers) : answers_{std::move(answers)} {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 5);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~Peer() {
    thread_.join();
    close(listener_);
  }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::string seen;

 private:
  void serve() {
    const int peer = accept(listener_, nullptr, nullptr);
    for (const std::string& answer : answers_) {
      char text[4096];
      const ssize_t n = recv(peer, text, sizeof text, 0);
      if (n <= 0) break;
      seen.append(text, static_cast<size_t>(n));
      if (send(peer, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
    }
    if (answers_.empty()) usleep(300000);
    close(peer);
  }
  std::vector<std::string> answers_;
  int listener_;
  int port_;
  std::thread thread_;
};

TEST(Client, ReusesItsConnection) {
  Peer peer{{"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n",
             "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"}};
  Client client{{.user_agent = "Tickwork", .username = "u", .password = "p"}};
  const Response first = client.post(peer.url("/write?db=x"), "m v=1", {{"X-B", "c"}});
  EXPECT_EQ(first.code, 204);
  EXPECT_EQ(first.header("x-a"), "b");
  const Response second = client.get(peer.url("/y"));
  EXPECT_EQ(second.code, 404);
  EXPECT_EQ(second.body, "no");
  EXPECT_EQ(peer.seen.find("POST /write?db=x HTTP/1.1\r\n"), 0u) << peer.seen;
  for (const char* part : {"Authorization: Basic dTpw\r\n", "User-Agent: Tickwork\r\n",
                           "X-B: c\r\n", "\r\n\r\nm v=1GET /y HTTP/1.1"}) {
    EXPECT_NE(peer.seen.find(part), std::string::npos) << part << peer.seen;
  }
}

std::string failure(Client& client, const Request& request) {
  try {
    client.send(request);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Client, NamesWhatFailed) {
  Client client;
  const std::string message = failure(client, {.url = "http://127.0.0.1:1/x"});
  EXPECT_EQ(message.find("cannot GET to http://127.0.0.1:1/x: "), 0u) << message;
}

TEST(Client, TimesOut) {
  Peer peer{{}};
  Client client{{.timeout = std::chrono::milliseconds{50}}};
  const std::string message = failure(client, {.url = peer.url("/")});
  EXPECT_NE(message.find("timed out"), std::string::npos) << message;
}

TEST(Client, BoundsAnswers) {
  Peer peer{{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"}};
  Client client{{.max_response_bytes = 4}};
  const std::string message = failure(client, {.url = peer.url("/")});
  EXPECT_NE(message.find("longer than 4 bytes"), std::string::npos) << message;
}

TEST(Client, HandsOverPieces) {
  Peer peer{{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"}};
  Client client;
  std::string got;
  Request request{.url = peer.url("/")};
  request.on_data = [&got](std::string_view piece) { return got.append(piece), true; };
  EXPECT_EQ(client.send(request).code, 200);
  EXPECT_EQ(got, "hello");
}

TEST(Client, CancelledBeforehand) {
  Client client;
  client.cancel();
  const std::string message = failure(client, {.url = "http://127.0.0.1:1/x"});
  EXPECT_FALSE(message.empty());
}

}  // namespace
}  // namespace tickwork::http
