// SPDX-License-Identifier: MIT
// A server on a local socket answers one request with recorded JSON; the tables must match it.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

#include <thread>

namespace tickwork::remote_influxdb {
namespace {

// Answers one connection with the given text and keeps what it was asked.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : answer_{std::move(answer)} {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    listen(socket_, 1);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneAnswer() {
    shutdown(socket_, SHUT_RDWR);
    close(socket_);
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string asked;

 private:
  void serve() {
    int client = accept(socket_, nullptr, nullptr);
    if (client < 0) return;
    char buffer[4096];
    while (asked.find("params=") == std::string::npos && asked.find("GET") == std::string::npos) {
      ssize_t n = read(client, buffer, sizeof buffer);
      if (n <= 0) break;
      asked.append(buffer, static_cast<size_t>(n));
    }
    std::string text = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                       std::to_string(answer_.size()) + "\r\n\r\n" + answer_;
    EXPECT_EQ(::write(client, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    close(client);
  }

  std::string answer_;
  int socket_ = -1, port_ = 0;
  std::thread thread_;
};

TEST(RemoteInfluxDb, AnswersAsTables) {
  OneAnswer server(
      R"({"results":[{"statement_id":0,"series":[{"name":"cpu","tags":{"host":"a"},)"
      R"("columns":["time","v","s"],"values":[[0,1,"x"],[10,0.30000000000000004,null]]}]},)"
      R"({"statement_id":1,"error":"database not found: y"}]})");
  testing::Host host("url = '" + server.url() + "'");
  auto query = host.create("query.influxdb");
  ASSERT_TRUE(query) << query.error();
  ASSERT_EQ(query.start(), "");
  tw_request request{};
  request.size = sizeof request;
  request.text = TW_STR("SELECT v, s FROM cpu; SELECT v FROM y..z");
  request.params_json = TW_STR("{}");
  Results results;
  results.out()->size = sizeof(tw_results);
  auto* table = query.ext<tw_query>(TW_QUERY);
  ASSERT_EQ(
      query.call([&](tw_error* e) { return table->run(query.self(), &request, &*results, e); }),
      "");
  EXPECT_NE(server.asked.find("epoch=ns"), std::string::npos);

  tw_error error = empty_error();
  tw_result result{};
  result.size = sizeof result;
  ASSERT_EQ(results->next(&*results, &result, &error), TW_OK);
  EXPECT_EQ(view(result.name), "cpu");
  ASSERT_EQ(result.n_tags, 1u);
  EXPECT_EQ(view(result.tags[0].value), "a");
  ArrowStream stream;
  *stream.out() = result.rows;
  Schema schema;
  ASSERT_EQ(stream->get_schema(&*stream, schema.out()), 0);
  EXPECT_STREQ(schema->children[0]->format, "tsn:");
  EXPECT_STREQ(schema->children[1]->format, "g");
  EXPECT_STREQ(schema->children[2]->format, "u");
  Array rows;
  ASSERT_EQ(stream->get_next(&*stream, rows.out()), 0);
  ASSERT_EQ(rows->length, 2);
  EXPECT_EQ(static_cast<const int64_t*>(rows->children[0]->buffers[1])[1], 10);
  EXPECT_EQ(static_cast<const double*>(rows->children[1]->buffers[1])[1], 0.30000000000000004);
  EXPECT_EQ(rows->children[2]->null_count, 1);

  ASSERT_EQ(results->next(&*results, &result, &error), TW_OK);
  EXPECT_EQ(result.statement, 1);
  EXPECT_EQ(view(result.error), "database not found: y");
  EXPECT_EQ(results->next(&*results, &result, &error), TW_DONE);
}

TEST(RemoteInfluxDb, UrlMustBeOne) {
  testing::Host host("url = 'nonsense'");
  auto query = host.create("query.influxdb");
  EXPECT_FALSE(query);
  EXPECT_EQ(query.error(), "url is no URL: \"nonsense\"; give http://host:port");
}

}  // namespace
}  // namespace tickwork::remote_influxdb
