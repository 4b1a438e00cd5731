// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <tickwork/testing.hpp>

#include <thread>

namespace {

/// Answers one request with a status and keeps what came.
class Server {
 public:
  explicit Server(std::string answer) : answer_{std::move(answer)} {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(socket_, 1);
    socklen_t length = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~Server() {
    thread_.join();
    close(socket_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port) + "/hook"; }
  int port = 0;
  std::string request;

 private:
  void serve() {
    int client = accept(socket_, nullptr, nullptr);
    char buffer[4096];
    while (request.find("\r\n\r\n{") == request.npos || request.back() != '\n') {
      ssize_t n = read(client, buffer, sizeof buffer);
      if (n <= 0) break;
      request.append(buffer, static_cast<size_t>(n));
    }
    std::string text = "HTTP/1.1 " + answer_ + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    if (write(client, text.data(), text.size()) < 0) request += "(no answer written)";
    close(client);
  }
  std::string answer_;
  int socket_ = -1;
  std::thread thread_;
};

tw_event event() {
  tw_event e{};
  e.size = sizeof e;
  e.json = TW_STR("{\"id\":\"x\"}");
  return e;
}

TEST(Post, SendsJsonWithHeaders) {
  tickwork::testing::Host host;
  std::string request;
  {
    Server server{"204 No Content"};
    auto post =
        host.create("handlers.post", "url = '" + server.url() + "'\nheaders = ['X-Key: abc']");
    ASSERT_TRUE(post) << post.error();
    EXPECT_EQ(post.start(), "");
    EXPECT_EQ(post.handle(event()), "");
    post.stop();
    request = server.request;
  }
  EXPECT_EQ(request.find("POST /hook HTTP/1.1"), 0u);
  EXPECT_NE(request.find("X-Key: abc\r\n"), std::string::npos);
  EXPECT_NE(request.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(request.find("\r\n\r\n{\"id\":\"x\"}\n"), std::string::npos);
}

TEST(Post, TellsOfRefusals) {
  tickwork::testing::Host host;
  Server server{"500 No"};
  auto post = host.create("handlers.post", "url = '" + server.url() + "'");
  EXPECT_EQ(post.start(), "");
  EXPECT_EQ(post.handle(event()), "POST " + server.url() + " answered 500: ");
}

TEST(Post, ChecksItsOptions) {
  tickwork::testing::Host host;
  EXPECT_EQ(host.create("handlers.post", "url = 'nowhere'").error(),
            "url must be a URL, got \"nowhere\"");
  EXPECT_EQ(host.create("handlers.post", "url = 'http://h/'\nheaders = ['X']").error(),
            "headers must be \"Name: value\", got \"X\"");
}

}  // namespace
