// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/listener/testing.hpp"
#include "parser.hpp"

using namespace tickwork;
using tickwork::graphite::Parser;
using tickwork::listener::Client;

namespace {

std::string parsed(Parser& parser, std::string_view line) {
  std::string why;
  const tw_point* point = parser.parse(line, 7, why);
  return point ? tickwork::testing::line(*point) : why;
}

// tests/differential/listeners.py compares the same with InfluxDB.
TEST(GraphiteParser, TemplatesSayWhatThePartsAre) {
  Parser parser{
      {"servers.* .host.measurement*", "stats.*.cpu region..measurement.field kind=a,region=eu",
       "stats.* measurement.host.field*", "x.y measurement.measurement.host.host"},
      {"host=none", "dc=1"},
      "_"};
  EXPECT_EQ(parsed(parser, "servers.a.load.short 1.5 2"),
            "load_short,dc=1,host=a value=1.5 2000000000");
  EXPECT_EQ(parsed(parser, "stats.b.cpu.idle 2 -1"),
            "cpu,dc=1,host=none,kind=a,region=eu_stats idle=2 7");
  EXPECT_EQ(parsed(parser, "stats.b.mem.free 2"), "stats,dc=1,host=b mem_free=2 7");
  EXPECT_EQ(parsed(parser, "x.y.a.b 3"), "x_y,dc=1,host=a_b value=3 7");
  EXPECT_EQ(parsed(parser, "x.z.a.b 3 0.25"), "x.z.a.b,dc=1,host=none value=3 250000000");
  EXPECT_EQ(parsed(parser, "servers 3"), "servers,dc=1,host=none value=3 7");
  EXPECT_EQ(parsed(parser, ""), "");
}

TEST(GraphiteParser, RefusesByWords) {
  Parser parser{{}, {}, "."};
  EXPECT_EQ(parsed(parser, "a"), "cannot take \"a\": not \"name value [time]\"");
  EXPECT_EQ(parsed(parser, "a 1 2 3"), "cannot take \"a 1 2 3\": not \"name value [time]\"");
  EXPECT_EQ(parsed(parser, "a x"), "cannot take \"a x\": the value is no number");
  EXPECT_EQ(parsed(parser, "a nan"), "cannot take \"a nan\": the value is not finite");
  EXPECT_EQ(parsed(parser, "a 1 x"), "cannot take \"a 1 x\": the time is no number");
  EXPECT_EQ(parsed(parser, "a 1 9e9"),
            "cannot take \"a 1 9e9\": the time is before 1902 or after 2037");
}

class GraphiteTest : public listener::ListenerTest {
 protected:
  GraphiteTest() : ListenerTest("services.graphite") {}
};

TEST_F(GraphiteTest, TakesConnectionsAndDatagrams) {
  {
    auto service = start("templates = ['host.measurement*']");
    Client client{host_, SOCK_STREAM};
    client.send("a.load 1 1\nbad\n\na.disk.free 2 2\n");
    EXPECT_TRUE(client.finish());
  }
  EXPECT_EQ(kept_.wait(2), "load,host=a value=1 1000000000\ndisk.free,host=a value=2 2000000000\n");
  EXPECT_TRUE(host_.logged("cannot take \"bad\""));
  auto service = start("protocol = 'udp'");
  Client{host_, SOCK_DGRAM}.send("b 1 3\nc 2 4");
  EXPECT_NE(kept_.wait(4).find("b value=1 3000000000\nc value=2 4000000000\n"), std::string::npos);
  EXPECT_EQ(kept_.defined(), "graphite ");
}

TEST_F(GraphiteTest, ChecksItsOptions) {
  const auto error = [&](const std::string& text) {
    return host_.create("services.graphite", text).error();
  };
  EXPECT_EQ(error("templates = ['host.field']"),
            "templates: \"host.field\": no part is \"measurement\" or \"measurement*\"");
  EXPECT_EQ(
      error("templates = ['measurement*.field*']"),
      "templates: \"measurement*.field*\": \"measurement*\" and \"field*\" do not go together");
  EXPECT_EQ(error("templates = ['a* measurement']"),
            "templates: \"a* measurement\": \"*\" must be a part by itself");
  EXPECT_EQ(error("templates = ['a measurement', 'a measurement*']"),
            "templates: \"a measurement*\": another template has the same filter");
  EXPECT_EQ(error("tags = ['a']"), "tag \"a\" is not of the form key=value");
}

}  // namespace
