// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/listener/testing.hpp"

using namespace tickwork;
using tickwork::listener::Client;

namespace {

class LineProtocolTest : public listener::ListenerTest {
 protected:
  LineProtocolTest() : ListenerTest("services.line_protocol") {}
};

TEST_F(LineProtocolTest, TakesDatagrams) {
  auto service = start("precision = 's'");
  Client client{host_, SOCK_DGRAM};
  client.send("cpu,host=a v=1 2\nbad\ncpu,host=b v=2i,s=\"x\ny\" 3");
  client.send("mem v=t");
  EXPECT_EQ(kept_.wait(3),
            "cpu,host=a v=1 2000000000\ncpu,host=b v=2i,s=\"x\ny\" 3000000000\n"
            "mem v=true 1704067200000000000\n");
  EXPECT_EQ(kept_.defined(), "udp ");
  EXPECT_TRUE(host_.logged("unable to parse 'bad': missing fields"));
}

TEST_F(LineProtocolTest, TakesConnections) {
  auto service = start("protocol = 'tcp'\ndatabase = 'd'");
  Client client{host_, SOCK_STREAM};
  client.send("cpu v=1 1\r\n# a comment\n\ncpu s=\"one quote 2\ncpu v=3 3\ncpu v=4 4");
  EXPECT_TRUE(client.finish());
  EXPECT_EQ(kept_.wait(2), "cpu v=1 1\ncpu v=3 3\n");
  EXPECT_EQ(kept_.defined(), "d ");
  EXPECT_TRUE(host_.logged("unbalanced quotes"));
}

TEST_F(LineProtocolTest, RefusesUnsignedIntegersUnlessAsked) {
  {
    auto service = start("");
    Client{host_, SOCK_DGRAM}.send("cpu v=1u 1\ncpu v=1i 2");
    EXPECT_EQ(kept_.wait(1), "cpu v=1i 2\n");
  }
  auto service = start("unsigned_integers = true");
  Client{host_, SOCK_DGRAM}.send("cpu u=1u 1");
  EXPECT_EQ(kept_.wait(2), "cpu v=1i 2\ncpu u=1u 1\n");
}

TEST_F(LineProtocolTest, NamesAWrongPrecision) {
  EXPECT_EQ(host_.create("services.line_protocol", "precision = 'd'").error(),
            "precision = \"d\" is none of n, u, ms, s, m and h");
}

}  // namespace
