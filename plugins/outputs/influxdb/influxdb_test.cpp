// SPDX-License-Identifier: MIT
// Against a server of a few lines that answers what the test says.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>
#include <tickwork/testing.hpp>

#include <algorithm>
#include <mutex>
#include <thread>

using tickwork::testing::Host;

namespace {

std::string gunzip(const std::string& text) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(100000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

// One request a connection. Answers /query with 200, /write as told.
class Server {
 public:
  Server() : listener_{socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 10);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread{[this] { run(); }};
  }
  ~Server() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  void answer(int code, const std::string& body) {
    const std::lock_guard lock{mutex_};
    code_ = code;
    body_ = body;
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock{mutex_};
    return std::exchange(seen_, {});
  }
  std::string url;

 private:
  void run() {
    int peer = 0;
    while ((peer = accept(listener_, nullptr, nullptr)) >= 0) {
      serve(peer);
      close(peer);
    }
  }
  void serve(int peer) {
    std::string text;
    char piece[65536];
    size_t need = 1;
    while (text.size() < need) {
      const ssize_t n = recv(peer, piece, sizeof piece, 0);
      if (n <= 0) return;
      text.append(piece, static_cast<size_t>(n));
      const size_t head = text.find("\r\n\r\n");
      const size_t length = text.find("Content-Length: ");
      need = head == text.npos ? text.size() + 1 : head + 4 + std::stoul(text.substr(length + 16));
    }
    const std::lock_guard lock{mutex_};
    const bool query = text.find("POST /query") == 0;
    seen_.push_back(text);
    const std::string body = query ? "{}" : body_;
    const std::string answer =
        "HTTP/1.1 " + std::to_string(query ? 200 : code_) +
        " x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body;
    send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  int listener_;
  std::mutex mutex_;
  int code_ = 204;
  std::string body_;
  std::vector<std::string> seen_;
  std::thread thread_;
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }
std::string body(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

}  // namespace

class InfluxdbOutput : public ::testing::Test {
 protected:
  tickwork::testing::Instance make(const std::string& more = "") {
    auto output = host_.create("outputs.influxdb", "urls = ['" + server_.url + "']\n" + more);
    EXPECT_TRUE(output) << output.error();
    EXPECT_EQ(output.start(), "");
    return output;
  }
  Server server_;
  Host host_;
};

TEST_F(InfluxdbOutput, CreatesTheDatabaseAndWritesGzip) {
  auto output = make(
      "database = 'a b'\nretention_policy = 'r'\nwrite_consistency = 'all'\nusername = 'u'\n"
      "password = 'p'\nuser_agent = 'me'\n[http_headers]\nX-A = 'y'\n");
  EXPECT_EQ(output.write("m,t=a v=1i,u=2u 5"), "");
  const auto seen = server_.seen();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].find("POST /query HTTP/1.1\r\n"), 0u);
  EXPECT_EQ(body(seen[0]), "q=CREATE%20DATABASE%20%22a%20b%22");
  EXPECT_EQ(seen[1].find("POST /write?db=a%20b&rp=r&consistency=all HTTP/1.1\r\n"), 0u);
  for (const char* header :
       {"Content-Encoding: gzip\r\n", "User-Agent: me\r\n", "X-A: y\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n", "Authorization: Basic dTpw\r\n"}) {
    EXPECT_TRUE(has(seen[1], header)) << header;
  }
  EXPECT_EQ(gunzip(body(seen[1])), "m,t=a v=1i,u=2i 5\n");
}

TEST_F(InfluxdbOutput, ClientErrorsLoseTheBatchOthersKeepIt) {
  auto output = make("skip_database_creation = true\ncontent_encoding = 'identity'");
  server_.answer(400, "{\"error\":\"partial write: x dropped=1\"}");
  EXPECT_EQ(output.write("m v=1 5"), "");
  EXPECT_TRUE(host_.logged("the batch is dropped"));
  server_.answer(429, "");
  EXPECT_EQ(output.write("m v=1 5"), "");
  server_.answer(500, "{\"error\":\"retention policy not found: x\"}");
  EXPECT_EQ(output.write("m v=1 5"), "");
  server_.answer(500, "{\"error\":\"timeout\"}");
  EXPECT_EQ(output.write("m v=1 5"), "could not write any address");
  server_.answer(200, "");
  EXPECT_EQ(output.write("m v=1 5"), "could not write any address");  // only 204 is success
  for (const auto& request : server_.seen()) EXPECT_EQ(body(request), "m v=1 5\n");
}

TEST_F(InfluxdbOutput, AMissingDatabaseIsCreatedForTheNextTry) {
  auto output = make();
  server_.seen();
  server_.answer(404, "{\"error\":\"database not found: \\\"telegraf\\\"\"}");
  EXPECT_EQ(output.write("m v=1 5"), "could not write any address");
  const auto seen = server_.seen();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[1].find("POST /query"), 0u);
}

TEST_F(InfluxdbOutput, WithoutCreationAMissingDatabaseLosesTheBatch) {
  auto output = make("skip_database_creation = true");
  server_.answer(404, "{\"error\":\"database not found: \\\"telegraf\\\"\"}");
  EXPECT_EQ(output.write("m v=1 5"), "");
  EXPECT_TRUE(host_.logged("the batch is lost"));
}

TEST_F(InfluxdbOutput, TagsChooseTheDatabase) {
  auto output = make(
      "database_tag = 'db'\nexclude_database_tag = true\nretention_policy_tag = 'rp'\n"
      "skip_database_creation = true\ncontent_encoding = 'identity'");
  EXPECT_EQ(output.write("m,db=x,h=a v=1 1\nm,h=b v=2 2\nm,db=x,rp=w v=3 3\nm,db=x v=4 4"), "");
  auto seen = server_.seen();
  std::sort(seen.begin(), seen.end());
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].find("POST /write?db=telegraf HTTP"), 0u);
  EXPECT_EQ(body(seen[0]), "m,h=b v=2 2\n");
  EXPECT_EQ(seen[1].find("POST /write?db=x HTTP"), 0u);
  EXPECT_EQ(body(seen[1]), "m,h=a v=1 1\nm v=4 4\n");
  EXPECT_EQ(seen[2].find("POST /write?db=x&rp=w HTTP"), 0u);
  EXPECT_EQ(body(seen[2]), "m,rp=w v=3 3\n");
}

TEST_F(InfluxdbOutput, TheNextServerHelpsOut) {
  auto output = host_.create("outputs.influxdb", "urls = ['http://127.0.0.1:1', '" + server_.url +
                                                     "']\nskip_database_creation = true");
  ASSERT_EQ(output.start(), "");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(output.write("m v=1 5"), "");
  EXPECT_EQ(server_.seen().size(), 5u);
}

TEST_F(InfluxdbOutput, RefusesOtherUrls) {
  Host host{"urls = ['ftp://x']"};
  EXPECT_EQ(host.create("outputs.influxdb").error(),
            "urls: \"ftp://x\" is no http:// or https:// URL");
}
