// SPDX-License-Identifier: MIT
// Plugins built from the headers of a baseline work with today's declarations, kind by kind.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

namespace {

using tickwork::testing::Host;
using tickwork::testing::Instance;
using tickwork::testing::Points;

// argv of the test carries no path, so its environment tells it.
std::string library() {
  const char* path = std::getenv("TICKWORK_OLD_PLUGINS");
  return path ? path : "";
}

class Previous : public testing::Test {
 protected:
  Previous() { host.load(library()); }
  Instance started(const char* id) {
    Instance i = host.create(id);
    EXPECT_EQ(i.start(), "");
    return i;
  }
  Host host;
};

TEST_F(Previous, Input) {
  auto i = host.create("inputs.v1", "greeting = 'hi'\ncount = 7");
  EXPECT_EQ(i.load("12345678"), "");
  EXPECT_EQ(i.load("1"), "a snapshot has 8 bytes");
  int64_t seven = 7;
  EXPECT_EQ(i.load({reinterpret_cast<char*>(&seven), sizeof seven}), "");
  ASSERT_EQ(i.start(), "");
  EXPECT_EQ(i.gather(), "hi count=7i 1704067200000000000");
  EXPECT_EQ(i.save(), std::string(reinterpret_cast<char*>(&seven), sizeof seven));
  EXPECT_EQ(i.stop(), "");
  EXPECT_TRUE(host.logged("woken"));
  EXPECT_TRUE(host.logged("started"));
  EXPECT_EQ(host.create("inputs.v1", "greeting = '" + std::string(70, 'x') + "'").error(),
            "greeting is longer than 63 bytes");
}

TEST_F(Previous, OutputProcessorAggregator) {
  EXPECT_EQ(started("outputs.v1").write("a v=1"), "");
  EXPECT_EQ(started("processors.v1").process("a,t=1 v=1,s=\"x\" 5"), "a,t=1 v=1,s=\"x\" 5");
  auto a = started("aggregators.v1");
  EXPECT_EQ(a.add("a v=1\na v=2"), "");
  EXPECT_EQ(a.push(), "sum count=5i 1704067200000000000");
}

TEST_F(Previous, Format) {
  auto f = started("formats.v1");
  EXPECT_EQ(f.parse("a\nb\nrest", false),
            "a count=3i 1704067200000000000\nb count=3i 1704067200000000000");
  EXPECT_EQ(f.used(), 4u);
  EXPECT_EQ(f.serialize("a v=1\nb v=1"), "a\nb\n");
}

TEST_F(Previous, StorageAndFeed) {
  auto s = started("storage.v1");
  const auto& t = *s.ext<tw_storage>(TW_STORAGE);
  const auto& f = *s.ext<tw_feed>(TW_FEED);
  static size_t heard;
  heard = 0;
  const tw_listener ear{
      sizeof ear, nullptr,
      [](const tw_listener*, tw_str, tw_str, const tw_batch* b) { heard += b->count; }};
  const Points points{"a v=1\nb v=2"};
  const tw_batch batch = points.batch();
  EXPECT_EQ(s.call([&](tw_error* e) { return f.listen(s.self(), &ear, e); }), "");
  EXPECT_EQ(s.call([&](tw_error* e) { return t.write(s.self(), {}, {}, &batch, e); }),
            "database not found: ");
  EXPECT_EQ(s.call([&](tw_error* e) { return t.write(s.self(), TW_STR("d"), {}, &batch, e); }), "");
  EXPECT_EQ(heard, 2u);
  tw_scan rows{};
  rows.size = sizeof rows;
  tw_scanner scanner{};
  scanner.size = sizeof scanner;
  s.call([&](tw_error* e) { return t.scan(s.self(), &rows, &scanner, e); });
  EXPECT_EQ(s.error(), "unsupported");
  f.unlisten(s.self(), &ear);
}

TEST_F(Previous, Query) {
  auto q = started("query.v1");
  const auto& t = *q.ext<tw_query>(TW_QUERY);
  EXPECT_STREQ(t.language, "every");
  tw_request request{};
  request.size = sizeof request;
  request.text = TW_STR("all");
  tw_results results{};
  results.size = sizeof results;
  ASSERT_EQ(q.call([&](tw_error* e) { return t.run(q.self(), &request, &results, e); }), "");
  tw_result result{};
  result.size = sizeof result;
  ASSERT_EQ(results.next(&results, &result, nullptr), TW_OK);
  EXPECT_EQ(tickwork::view(result.name), "hello");
  EXPECT_EQ(results.next(&results, &result, nullptr), TW_DONE);
  results.release(&results);
  EXPECT_EQ(results.release, nullptr);
}

TEST_F(Previous, StreamHandlerService) {
  auto s = started("stream.v1");
  const tw_group group{TW_STR("g"), nullptr, 0, 9};
  EXPECT_EQ(s.open(group), "");
  EXPECT_EQ(s.points("a v=1 5"), "a v=1 5");
  EXPECT_EQ(s.close(group), "end count=9i 1704067200000000000");
  tw_event event{};
  event.size = sizeof event;
  event.message = TW_STR("on fire");
  EXPECT_EQ(started("handlers.v1").handle(event), "");
  EXPECT_TRUE(host.logged("on fire"));
  EXPECT_EQ(started("services.v1").stop(), "");
}

TEST_F(Previous, Panel) {
  auto p = host.create("panels.v1");
  const auto& panel = *p.ext<tw_panel>(TW_PANEL);
  EXPECT_NE(std::strstr(panel.manifest, "tw-one"), nullptr);
  EXPECT_STREQ(panel.files[0].path, "panel.js");
  EXPECT_EQ(panel.files[1].path, nullptr);
}

}  // namespace

// The linked module is of no interest here; the fake host wants one.
struct Unused {
  Unused(tickwork::Host, tickwork::Config) {}
  void start() {}
  void stop() {}
};
TICKWORK_MODULE("org.tickwork.test", "0.1.0", "MIT",
                tickwork::plugin<Unused>("services.unused", "Unused"));
