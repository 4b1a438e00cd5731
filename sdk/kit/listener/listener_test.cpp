// SPDX-License-Identifier: MIT
#include "listener.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "testing.hpp"

using namespace tickwork;
using namespace tickwork::listener;
using namespace std::chrono_literals;

namespace {

// A listener whose protocol is a name a line.
class Names {
 public:
  Names(Host host, Config config) : listener_{host, config, transport(config.str("protocol"))} {}
  void start() {
    listener_.start({.datagram = [this](std::string_view text) { add(text); },
                     .connection =
                         [this] {
                           return std::make_unique<LineSession>(
                               listener_.complaints(),
                               [this](std::string_view lines) { add(lines); });
                         }});
  }
  void stop() { listener_.stop(); }

 private:
  void add(std::string_view lines) {
    each_line(lines, [this](std::string_view line) {
      if (line == "!") return listener_.complaints().note("refused !");
      if (line == "?") throw Error{TW_E_INVALID, "what?"};
      Row row{line};
      row.tag("k", line).field("s", line).field("v", 1.5);
      listener_.batcher().add({&row.raw(), 1});
    });
  }
  listener::Listener listener_;
};

constexpr tw_option options[] = {TICKWORK_LISTENER_OPTIONS("127.0.0.1:0", "names", "3", "50ms"),
                                 {"protocol", TW_OPT_STRING, 0, "\"tcp\"", "udp or tcp"},
                                 {}};

class ListenerTest : public ::testing::Test {
 protected:
  tickwork::testing::Instance start(const std::string& text) {
    auto made = host_.create("services.names", text);
    EXPECT_TRUE(made) << made.error();
    EXPECT_EQ(made.start(), "");
    return made;
  }
  tickwork::testing::Host host_;
  KeptLines kept_{host_};
};

std::string row(const std::string& name) {
  return name + ",k=" + name + " s=\"" + name + "\",v=1.5 1704067200000000000\n";
}

TEST_F(ListenerTest, WritesFullBatchesAndTheRestInTime) {
  auto names = start("");
  Client client{host_, SOCK_STREAM};
  client.send("a\nb\r\nc\nd\n");
  EXPECT_EQ(kept_.wait(4), row("a") + row("b") + row("c") + row("d"));
  EXPECT_EQ(kept_.batches(), (std::vector<size_t>{3, 1}));
  EXPECT_EQ(kept_.defined(), "names ");
}

TEST_F(ListenerTest, CreatesAMissingPolicy) {
  auto names = start("retention_policy = 'week'");
  Client client{host_, SOCK_STREAM};
  client.send("a\n");
  EXPECT_EQ(kept_.wait(1), row("a"));
  EXPECT_EQ(kept_.defined(), "names names.week ");
}

TEST_F(ListenerTest, ADatagramIsWhole) {
  auto names = start("protocol = 'udp'");
  Client client{host_, SOCK_DGRAM};
  client.send("a\nb");
  client.send("?");
  client.send("c");
  EXPECT_EQ(kept_.wait(3), row("a") + row("b") + row("c"));
  EXPECT_TRUE(host_.logged("refused a datagram: what?"));
}

TEST_F(ListenerTest, LinesMayArriveInPieces) {
  auto names = start("");
  Client client{host_, SOCK_STREAM};
  client.send("lo");
  std::this_thread::sleep_for(20ms);
  client.send("ng\nx\ncut");
  EXPECT_TRUE(client.finish());
  EXPECT_EQ(kept_.wait(2), row("long") + row("x"));
  EXPECT_TRUE(host_.logged("unfinished line at the end of a connection"));
}

TEST_F(ListenerTest, AnOverlongLineLosesNothingElse) {
  auto names = start("");
  Client client{host_, SOCK_STREAM};
  client.send("a\n" + std::string(3 << 20, 'x') + "\nb\n");
  EXPECT_TRUE(client.finish());
  EXPECT_EQ(kept_.wait(2), row("a") + row("b"));
  EXPECT_TRUE(host_.logged("refused a line of more than 1048576 bytes, it begins xxx"));
}

TEST_F(ListenerTest, AClosedConnectionMeansDurable) {
  auto names = start("batch_timeout = '100ms'");
  kept_.answer(TW_AGAIN);
  Client client{host_, SOCK_STREAM};
  client.send("a\n");
  bool closed = false;
  std::thread waiting{[&] { closed = client.finish(); }};
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(kept_.wait(0), "");
  kept_.answer(TW_OK);
  waiting.join();
  EXPECT_TRUE(closed);
  EXPECT_EQ(kept_.wait(0), row("a"));
}

TEST_F(ListenerTest, WhatCannotBeWrittenIsNamedAndTheConnectionReset) {
  auto names = start("");
  kept_.answer(TW_E_IO);
  Client client{host_, SOCK_STREAM};
  client.send("a\n");
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(names.stop(), "");  // after five seconds
  EXPECT_FALSE(client.finish());
  EXPECT_TRUE(host_.logged("lost 1 points"));
  EXPECT_TRUE(host_.logged("cannot write to names: not now"));
}

TEST_F(ListenerTest, TakesWhatHasArrivedWhenItStops) {
  auto names = start("batch_timeout = '1h'\nbatch_size = 100000");
  Client client{host_, SOCK_STREAM};
  std::string lines, rows;
  for (int i = 0; i < 5000; ++i) {
    lines += "n" + std::to_string(i) + "\n";
    rows += row("n" + std::to_string(i));
  }
  client.send(lines);
  EXPECT_EQ(names.stop(), "");
  EXPECT_EQ(kept_.wait(0), rows);
  EXPECT_TRUE(client.finish());
}

TEST_F(ListenerTest, SlowStorageHoldsClientsBack) {
  auto names = start("batch_size = 1\nbatch_pending = 2");
  kept_.answer(TW_AGAIN);
  Client client{host_, SOCK_STREAM};
  std::string lines, rows;
  for (int i = 0; i < 100; ++i) {
    lines += "n" + std::to_string(i) + "\n";
    rows += row("n" + std::to_string(i));
  }
  client.send(lines);
  std::this_thread::sleep_for(50ms);
  kept_.answer(TW_OK);
  EXPECT_EQ(kept_.wait(100), rows);
}

TEST_F(ListenerTest, ComplaintsAreFolded) {
  auto names = start("");
  Client client{host_, SOCK_STREAM};
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "!\n";
  client.send(lines + "a\n");
  kept_.wait(1);
  host_.advance(10s);
  EXPECT_EQ(names.stop(), "");
  size_t told = 0;
  for (const auto& line : host_.log()) told += line.text.find("refused") != std::string::npos;
  EXPECT_EQ(told, 2u);
  EXPECT_TRUE(host_.logged("refused 999, the last: refused !"));
}

TEST_F(ListenerTest, SaysWhatIsWrongWithAnAddress) {
  auto made = host_.create("services.names", "bind = 'here'");
  EXPECT_EQ(made.start(), "bind = \"here\" has no port; write \"host:port\" or \":port\"");
  EXPECT_EQ(host_.create("services.names", "protocol = 'x'").error(),
            "protocol = \"x\" is neither \"udp\" nor \"tcp\"");
  auto first = start("");
  const std::string taken = host_.log().back().text.substr(sizeof "listening on tcp " - 1);
  auto second = host_.create("services.names", "bind = '" + taken + "'");
  EXPECT_EQ(second.start(), "cannot listen on " + taken + ": Address already in use");
}

}  // namespace

TICKWORK_MODULE("test.names", "1.0.0", "MIT",
                tickwork::plugin<Names>("services.names", "Names, a line each", options));
