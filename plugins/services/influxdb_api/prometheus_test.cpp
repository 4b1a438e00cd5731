// SPDX-License-Identifier: MIT
// Prometheus' messages byte by byte, as protoc writes them from prompb/remote.proto.
#include <gtest/gtest.h>

#include "remote_messages.hpp"

namespace tickwork::influxdb_api {
namespace {

using namespace std::string_literals;

// timeseries { labels { name: "__name__" value: "up" } labels { name: "a" value: "b" }
//              samples { value: 1.5 timestamp: 1000 } samples { value: -2 timestamp: -1 } }
const std::string write_request =
    "\x0a\x3c"
    "\x0a\x0e\x0a\x08__name__\x12\x02up"
    "\x0a\x06\x0a\x01"
    "a\x12\x01"
    "b"
    "\x12\x0c\x09\x00\x00\x00\x00\x00\x00\xf8\x3f\x10\xe8\x07"
    "\x12\x14\x09\x00\x00\x00\x00\x00\x00\x00\xc0\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s;

TEST(RemoteMessages, ReadsAWriteRequest) {
  std::vector<RemoteSeries> series;
  ASSERT_TRUE(parse_write_request(write_request, series));
  ASSERT_EQ(series.size(), 1u);
  ASSERT_EQ(series[0].labels.size(), 2u);
  EXPECT_EQ(series[0].labels[0].name + "=" + series[0].labels[0].value, "__name__=up");
  EXPECT_EQ(series[0].labels[1].name + "=" + series[0].labels[1].value, "a=b");
  ASSERT_EQ(series[0].samples.size(), 2u);
  EXPECT_EQ(series[0].samples[0].value, 1.5);
  EXPECT_EQ(series[0].samples[0].ms, 1000);
  EXPECT_EQ(series[0].samples[1].value, -2);
  EXPECT_EQ(series[0].samples[1].ms, -1);
}

TEST(RemoteMessages, NoPrefixOfARequestIsOne) {
  for (size_t n = 1; n < write_request.size(); ++n) {
    std::vector<RemoteSeries> series;
    EXPECT_FALSE(parse_write_request(std::string_view(write_request).substr(0, n), series)) << n;
  }
}

TEST(RemoteMessages, SkipsFieldsThatItDoesNotKnow) {
  std::vector<RemoteSeries> series;
  EXPECT_TRUE(parse_write_request(write_request + "\x1a\x03xyz\x20\x05"s, series));
  EXPECT_EQ(series.size(), 1u);
}

TEST(RemoteMessages, ReadsAReadRequest) {
  // queries { start_timestamp_ms: 5 end_timestamp_ms: 300
  //           matchers { type: RE name: "a" value: "b.*" } }
  std::vector<RemoteQuery> queries;
  ASSERT_TRUE(
      parse_read_request("\x0a\x11\x08\x05\x10\xac\x02\x1a\x0a\x08\x02\x12\x01"
                         "a\x1a\x03"
                         "b.*"s,
                         queries));
  ASSERT_EQ(queries.size(), 1u);
  EXPECT_EQ(queries[0].from_ms, 5);
  EXPECT_EQ(queries[0].to_ms, 300);
  ASSERT_EQ(queries[0].matchers.size(), 1u);
  EXPECT_EQ(queries[0].matchers[0].type, 2u);
  EXPECT_EQ(queries[0].matchers[0].name, "a");
  EXPECT_EQ(queries[0].matchers[0].value, "b.*");
}

TEST(RemoteMessages, WritesAReadResponse) {
  std::vector<RemoteSeries> series(1);
  series[0].labels = {{"__name__", "up"}, {"a", "b"}};
  series[0].samples = {{1.5, 1000}, {-2, -1}};
  EXPECT_EQ(read_response(series), "\x0a\x3e"s + write_request);
  EXPECT_EQ(read_response({}), "\x0a\x00"s);
}

}  // namespace
}  // namespace tickwork::influxdb_api
