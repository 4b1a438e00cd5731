// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <zlib.h>

#include "kit/listener/testing.hpp"
#include "put.hpp"
#include "telnet.hpp"

using namespace tickwork;
using tickwork::listener::Client;
using tickwork::listener::KeptLines;

namespace {

std::string parsed(std::string_view line, std::string* why = nullptr) {
  opentsdb::LineParser parser;
  std::string text;
  const tw_point* point = parser.parse(line, why ? *why : text);
  return point ? tickwork::testing::line(*point) : text;
}

// tests/differential/listeners.py compares the same with InfluxDB.
TEST(OpenTsdbLine, IsAPoint) {
  EXPECT_EQ(parsed("put sys.cpu 1356998400 42.5 host=web01 cpu=0 host=web02"),
            "sys.cpu,cpu=0,host=web02 value=42.5 1356998400000000000");
  EXPECT_EQ(parsed("put m 1356998400123 -1e3"), "m value=-1000 1356998400000123000");
  std::string why;
  EXPECT_EQ(parsed("put m 1356998400 1 bad a=b =c d=", &why), "m,a=b value=1 1356998400000000000");
  EXPECT_NE(why.find("left out a tag that is not key=value"), std::string::npos);
}

TEST(OpenTsdbLine, IsRefusedByWords) {
  EXPECT_EQ(parsed("put m 1"),
            "cannot take \"put m 1\": not \"put metric time value [key=value ...]\"");
  EXPECT_NE(parsed("put m 12 1").find("neither 10 digits"), std::string::npos);
  EXPECT_NE(parsed("put m 9356998402 1").find("the time is after the year 2262"),
            std::string::npos);
  EXPECT_NE(parsed("put m abcdefghij 1").find("the time is no integer"), std::string::npos);
  EXPECT_NE(parsed("put m 1356998400 x").find("no finite number"), std::string::npos);
  EXPECT_NE(parsed("put m 1356998400 inf").find("no finite number"), std::string::npos);
}

class OpenTsdbTest : public ::testing::Test {
 protected:
  OpenTsdbTest()
      : service_{
            host_.create("services.opentsdb",
                         "bind = '127.0.0.1:0'\nbatch_timeout = '20ms'\nmax_body_size = 200")} {
    EXPECT_TRUE(service_) << service_.error();
    EXPECT_EQ(service_.start(), "");
  }
  std::string ask(const std::string& request) {
    Client client{host_, SOCK_STREAM};
    client.send(request);
    client.finish_sending();
    return client.receive(SIZE_MAX);
  }
  std::string put(const std::string& body, const std::string& headers = "") {
    return ask("POST /api/put?details HTTP/1.1\r\nHost: x\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  tickwork::testing::Host host_;
  KeptLines kept_{host_};
  tickwork::testing::Instance service_;
};

const std::string fine = "HTTP/1.1 204 No Content\r\n\r\n";

TEST_F(OpenTsdbTest, TakesTelnetLines) {
  EXPECT_EQ(ask("version\nput a 1356998400 1\nbad\nput b 1356998401 2 h=x\n"),
            "InfluxDB TSDB proxy");
  EXPECT_EQ(kept_.wait(2), "a value=1 1356998400000000000\nb,h=x value=2 1356998401000000000\n");
  EXPECT_TRUE(host_.logged("cannot take \"bad\""));
}

TEST_F(OpenTsdbTest, TakesObjectsAndArrays) {
  EXPECT_EQ(put(R"({"metric":"a","timestamp":1,"value":1,"tags":{"h":"x","g":"y"}})"), fine);
  EXPECT_EQ(put(R"([{"metric":"b","timestamp":2,"value":2.5},{"Metric":"c","timestamp":3}])"),
            fine);
  EXPECT_EQ(kept_.wait(0),
            "a,g=y,h=x value=1 1000000000\nb value=2.5 2000000000\nc value=0 3000000000\n");
}

TEST_F(OpenTsdbTest, AnswersAsInfluxDb) {
  const auto has = [](const std::string& answer, const std::string& head, const std::string& tail) {
    return answer.starts_with("HTTP/1.1 " + head) && answer.ends_with("\r\n\r\n" + tail + "\n");
  };
  EXPECT_TRUE(has(put("x"), "400", "expected JSON array or hash"));
  EXPECT_TRUE(has(put("{"), "400", "json object decode error"));
  EXPECT_TRUE(has(put(R"([{"metric":1}])"), "400", "json array decode error"));
  EXPECT_TRUE(
      has(put("x", "Content-Encoding: gzip\r\n"), "400", "could not read gzip, unexpected EOF"));
  EXPECT_TRUE(has(ask("GET /api/put HTTP/1.0\r\n\r\n"), "405", "Method Not Allowed"));
  EXPECT_TRUE(has(ask("GET / HTTP/1.0\r\n\r\n"), "404", "404 page not found"));
  EXPECT_EQ(put("", "").substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(put(std::string(300, '[')).substr(0, 12), "HTTP/1.1 413");
  kept_.answer(TW_AGAIN);
  const std::string body = R"({"metric":"a","timestamp":1,"value":1})";
  EXPECT_TRUE(has(put(body), "503", "write series error: timeout"));
  kept_.answer(TW_PARTIAL);
  EXPECT_TRUE(has(put(body), "400", "write series error: not now"));
}

TEST_F(OpenTsdbTest, UnpacksGzip) {
  const std::string body = R"({"metric":"a","timestamp":1,"value":1})";
  std::string packed(200, '\0');
  z_stream stream{};
  ASSERT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  EXPECT_EQ(put(packed, "Content-Encoding: gzip\r\n"), fine);
  EXPECT_EQ(kept_.wait(1), "a value=1 1000000000\n");
}

TEST_F(OpenTsdbTest, KeepsConnectionsAndContinues) {
  const std::string body = R"({"metric":"a","timestamp":1,"value":1})";
  const std::string head =
      "POST /api/put HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n";
  Client client{host_, SOCK_STREAM};
  client.send(head + "\r\n" + body + head + "Expect: 100-continue\r\n\r\n");
  const std::string both = fine + "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(client.receive(both.size()), both);
  for (const char c : body) client.send({&c, 1});
  EXPECT_EQ(client.receive(fine.size()), fine);
  EXPECT_EQ(kept_.wait(2), "a value=1 1000000000\na value=1 1000000000\n");
}

}  // namespace
