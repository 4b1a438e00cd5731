// SPDX-License-Identifier: MIT
// The graph's parts on their own: patterns, filters, times, edges, counters, log, state.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <latch>
#include <memory>
#include <sstream>
#include <thread>

#include "graph/aggregator.hpp"
#include "graph/edge.hpp"
#include "graph/filter.hpp"
#include "graph/intake.hpp"
#include "graph/meters.hpp"
#include "graph/options_view.hpp"
#include "graph/schedule.hpp"
#include "graph/stack_sample.hpp"
#include "graph_plugins.hpp"
#include "service/library_pages.hpp"
#include "service/log.hpp"
#include "service/marker.hpp"
#include "service/state.hpp"
#include "text/time_zone.hpp"
#include "time_units.hpp"

namespace tickwork::host::test {
namespace {

class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& name)
      : path_{std::filesystem::temp_directory_path() /
              ("tickwork-" + name + "-" + std::to_string(getpid()))} {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

BatchPtr batch_of(size_t n, const std::string& name = "m") {
  auto batch = std::make_shared<Batch>();
  for (size_t i = 0; i < n; ++i) {
    const OnePoint one{name, static_cast<double>(i)};
    batch->points.push_back(copy_point(batch->arena, one.point()));
  }
  return batch;
}

std::vector<double> values(const std::vector<Segment>& taken) {
  std::vector<double> found;
  for (const Segment& segment : taken) {
    for (const tw_point& point : segment.points()) found.push_back(point.fields[0].value.as.f);
  }
  return found;
}

TEST(Glob, WildcardsClassesAndAlternatives) {
  EXPECT_TRUE(glob_match("cpu*", "cpu_total"));
  EXPECT_TRUE(glob_match("c?u", "cpu"));
  EXPECT_FALSE(glob_match("c?u", "cu"));
  EXPECT_TRUE(glob_match("disk[0-9]", "disk7"));
  EXPECT_FALSE(glob_match("disk[!0-9]", "disk7"));
  EXPECT_TRUE(glob_match("{a,b*}x", "bcx"));
  EXPECT_TRUE(glob_match("\\*", "*"));
  EXPECT_FALSE(glob_match("\\*", "a"));
}

TEST(Glob, SeparatorsStopOneStarButNotTwo) {
  EXPECT_FALSE(glob_match("a.*", "a.b.c", "."));
  EXPECT_TRUE(glob_match("a.**", "a.b.c", "."));
}

TEST(Glob, AListWithoutWildcardsIsLiteral) {
  EXPECT_TRUE((Globs{{"{a,b}"}}.match("{a,b}")));
  EXPECT_FALSE((Globs{{"{a,b}"}}.match("a")));
  EXPECT_TRUE((Globs{{"{a,b}", "x*"}}.match("a")));
}

TEST(Filter, TagpassNeedsOneOfItsTagsAndModifiersStrip) {
  FilterOptions options;
  options.tagpass["host"] = {"a*"};
  options.tagexclude = {"rack"};
  const Filter filter{options};
  const tw_tag tags[] = {{TW_STR("host"), TW_STR("a1")}, {TW_STR("rack"), TW_STR("7")}};
  tw_point point = OnePoint{"m"}.point();
  const OnePoint one{"m"};
  point = one.point();
  EXPECT_FALSE(filter.selects(point));
  point.tags = tags;
  point.n_tags = 2;
  EXPECT_TRUE(filter.selects(point));
  Arena arena;
  ASSERT_TRUE(filter.modify(point, arena));
  EXPECT_EQ(text_of(point), "m,host=a1 v=1");
}

TEST(Filter, APointWithoutFieldsIsGone) {
  FilterOptions options;
  options.fieldexclude = {"v"};
  const OnePoint one{"m"};
  tw_point point = one.point();
  Arena arena;
  EXPECT_FALSE((Filter{options}.modify(point, arena)));
}

TEST(Time, RoundsHalfUp) {
  EXPECT_EQ(round_time(1'499'999'999, second), second);
  EXPECT_EQ(round_time(1'500'000'000, second), 2 * second);
  EXPECT_EQ(round_time(-1'500'000'001, second), -2 * second);
  EXPECT_EQ(precision_of(0, 10 * second), second);
  EXPECT_EQ(precision_of(0, 200'000'000), 1'000'000);
}

TEST(Time, TicksFallOnMultiples) {
  Grid grid{10 * second, 0, true};
  EXPECT_EQ(grid.first(1003 * second), 1010 * second);
  EXPECT_EQ(grid.next(1010 * second), 1020 * second);
  EXPECT_EQ(grid.next(1055 * second), 1060 * second);  // the clock jumped
}

TEST(Time, TheFirstTickIsAHundredthAway) {
  Grid grid{10 * second, 0, true};
  EXPECT_EQ(grid.first(1010 * second - 1), 1020 * second);
}

TEST(Time, BackOffDoublesToItsLimit) {
  EXPECT_EQ(back_off(10, 1, 100), 10);
  EXPECT_EQ(back_off(10, 2, 100), 20);
  EXPECT_EQ(back_off(10, 9, 100), 100);
  EXPECT_EQ(back_off(500, 9, 100), 500);
}

TEST(Time, WindowsAreAligned) {
  const Window window = window_at(95 * second, 30 * second, true);
  EXPECT_EQ(window.start_ns, 90 * second);
  EXPECT_EQ(window.end_ns, 120 * second);
  EXPECT_EQ(window_after(window, 121 * second, 30 * second, true).end_ns, 150 * second);
  EXPECT_EQ(window_after(window, 500 * second, 30 * second, true).start_ns, 480 * second);
}

TEST(Edge, KeepsOrderAndDropsTheOldest) {
  Meters meters;
  Edge edge{{3, 2, false}, meters};
  EXPECT_TRUE(edge.push(batch_of(5)));
  EXPECT_EQ(edge.size(), 3u);
  EXPECT_EQ(edge.take_overflow(), 2u);
  EXPECT_EQ(values(edge.take()), (std::vector<double>{2, 3}));
  EXPECT_EQ(values(edge.take()), (std::vector<double>{4}));
  EXPECT_TRUE(edge.take().empty());
}

TEST(Edge, WhatIsGivenBackComesFirst) {
  Meters meters;
  Edge edge{{10, 2, false}, meters};
  edge.push(batch_of(4));
  auto taken = edge.take();
  edge.give_back(taken);
  EXPECT_EQ(values(edge.take()), (std::vector<double>{0, 1}));
}

TEST(Edge, ABatchSpansSegments) {
  Meters meters;
  Edge edge{{10, 3, false}, meters};
  edge.push(batch_of(2));
  edge.push(batch_of(2));
  EXPECT_EQ(values(edge.take()), (std::vector<double>{0, 1, 0}));
  EXPECT_EQ(edge.size(), 1u);
}

TEST(Edge, ABlockingOneSaysThatItIsFull) {
  Meters meters;
  Edge edge{{2, 2, true}, meters};
  EXPECT_FALSE(edge.full());
  edge.push(batch_of(2));
  EXPECT_TRUE(edge.full());
  edge.open_up();
  EXPECT_FALSE(edge.full());
}

TEST(Intake, SortsTagsAndDropsBadPoints) {
  Meters meters;
  std::string report;
  const Intake intake{{}, meters, nullptr, [&](const std::string& text) { report = text; }};
  const tw_tag tags[] = {
      {TW_STR("z"), TW_STR("1")}, {TW_STR("a"), TW_STR("2")}, {TW_STR("e"), TW_STR("")}};
  const OnePoint good{"m"}, nan{"m", std::numeric_limits<double>::quiet_NaN()}, unnamed{""};
  tw_point points[] = {good.point(), nan.point(), unnamed.point()};
  points[0].tags = tags;
  points[0].n_tags = 3;
  Batch batch;
  EXPECT_EQ(intake.take(batch, points, 0, 1), TW_E_INVALID);
  ASSERT_EQ(batch.points.size(), 1u);
  EXPECT_EQ(text_of(batch.points[0]), "m,a=2,z=1 v=1");
  EXPECT_EQ(Meters::get(meters.rejected), 2u);
  EXPECT_NE(report.find("not a finite number"), std::string::npos);
}

TEST(Intake, OwnTagsWinAndNamesAreMade) {
  HostOptions options;
  options.name_prefix = "p_";
  options.tags = {{"host", "plugin"}, {"dc", "1"}};
  Meters meters;
  const Intake intake{
      input_rules(options, {}, {{"host", "global"}, {"g", "x"}}), meters, nullptr, {}};
  const tw_tag tag{TW_STR("dc"), TW_STR("own")};
  const OnePoint one{"m"};
  tw_point point = one.point();
  point.tags = &tag;
  point.n_tags = 1;
  point.series = TW_STR("m,dc=own");
  Batch batch;
  EXPECT_EQ(intake.take(batch, {&point, 1}, 0, 1), TW_OK);
  EXPECT_EQ(text_of(batch.points[0]), "p_m,dc=own,g=x,host=plugin v=1");
  EXPECT_EQ(batch.points[0].series.len, 0u);
}

TEST(Durations, TellsTheMiddleAndTheTail) {
  Durations durations;
  for (int i = 0; i < 98; ++i) durations.add(1000);
  for (int i = 0; i < 2; ++i) durations.add(1'000'000);
  EXPECT_GE(durations.quantile(0.5), 1000u);
  EXPECT_LT(durations.quantile(0.5), 1300u);
  EXPECT_GE(durations.quantile(0.99), 1'000'000u);
  EXPECT_LT(durations.quantile(0.99), 1'300'000u);
}

TEST(Log, FoldsRepeatedLines) {
  const TemporaryFolder folder{"log"};
  const std::string path = folder.path() + "/log";
  int64_t now = 0;
  {
    Log log{{path, TW_LOG_INFO, false}, [&] { return now; }};
    log.error("inputs.x", "no");
    log.error("inputs.x", "no");
    log.debug("inputs.x", "hidden");
    now = 11 * second;
    log.error("inputs.x", "no");
    log.recovered("inputs.x");
  }
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(),
            "1970-01-01T00:00:00Z E! [inputs.x] no\n"
            "1970-01-01T00:00:11Z E! [inputs.x] no (repeated 2 times)\n"
            "1970-01-01T00:00:11Z I! [inputs.x] recovered after 3 failures\n");
}

TEST(Log, StartsANewFileAtItsSizeAndSpeaksJson) {
  const TemporaryFolder temporary{"rotation"};
  const std::string folder = temporary.path();
  int64_t now = 0;
  {
    LogOptions options{folder + "/log", TW_LOG_INFO, true, {0, 150, 1}, "message"};
    Log log{options, [&] { return now; }};
    for (int i = 0; i < 5; ++i, now += second) log.info("a", "line " + std::to_string(i));
  }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"log", "log.1970-01-01-4"}));
  std::ifstream file{folder + "/log"};
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line,
            "{\"time\":\"1970-01-01T00:00:04Z\",\"level\":\"INFO\",\"message\":\"line 4\","
            "\"plugin\":\"a\"}");
}

TEST(Log, TellsTimesInItsZone) {
  constexpr int64_t summer = 1'767'323'045 * second + 181 * 86'400 * second;
  EXPECT_EQ(zoned_time(summer), "2026-07-02T03:04:05Z");
  EXPECT_EQ(zoned_time(summer, "Europe/Berlin"), "2026-07-02T05:04:05+02:00");
  EXPECT_TRUE(is_time_zone("local") && is_time_zone("") && is_time_zone("Asia/Kolkata"));
  EXPECT_FALSE(is_time_zone("Europe/Berlyn"));
  const TemporaryFolder folder{"zone"};
  const std::string path = folder.path() + "/log";
  LogOptions options{path};
  options.zone = "America/New_York";
  Log{options, [] { return int64_t{0}; }}.info("a", "b");
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "1969-12-31T19:00:00-05:00 I! [a] b");
}

TEST(StackSample, NamesWhereAThreadIs) {
  std::atomic<pid_t> id{0};
  std::atomic<bool> done{false};
  std::thread sleeper{[&] {
    id = this_thread_id();
    while (!done) std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }};
  while (id == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds{20});
  const std::string text = sample_stack(id);
  done = true;
  sleeper.join();
  EXPECT_NE(text.find("nanosleep"), text.npos) << text;
  EXPECT_EQ(sample_stack(id), "");  // it has ended
  EXPECT_EQ(sample_stack(0), "");
}

TEST(LibraryPages, SumsTheMappingsOfAFile) {
  const TemporaryFolder folder{"smaps"};
  const std::string smaps = folder.path() + "/smaps";
  std::ofstream{smaps}
      << "7f00-7f10 r--p 00000000 fe:00 12    /lib/a b.so\nSize: 64 kB\nRss:   8 kB\n"
         "7f10-7f20 r-xp 00001000 fe:00 12    /lib/a b.so\nRss:   4 kB\n"
         "7f20-7f30 rw-p 00000000 00:00 0 \nRss:   400 kB\n"
         "7f30-7f40 rw-p 00000000 00:00 0    [heap]\nRss:   500 kB\n"
         "7f40-7f50 r--p 00000000 fe:00 13    /lib/c.so\nRss:   16 kB\nPss:  1 kB\n";
  int64_t now = 1;
  LibraryPages pages{[&] { return now; }, smaps};
  EXPECT_EQ(pages.resident("/lib/a b.so"), 12u * 1024);
  EXPECT_EQ(pages.resident("/lib/c.so"), 16u * 1024);
  EXPECT_EQ(pages.resident("/lib/none.so"), 0u);
  std::ofstream{smaps} << "7f40-7f50 r--p 00000000 fe:00 13    /lib/c.so\nRss:   20 kB\n";
  EXPECT_EQ(pages.resident("/lib/c.so"), 16u * 1024);  // not read again within a minute
  now += 61 * second;
  EXPECT_EQ(pages.resident("/lib/c.so"), 20u * 1024);
}

TEST(State, OutlivesTheStore) {
  const TemporaryFolder temporary{"state"};
  const std::string folder = temporary.path();
  {
    StateStore store;
    ASSERT_TRUE(store.open(folder));
    ASSERT_TRUE(store.put("inputs.a", "offset", "17"));
    ASSERT_TRUE(store.put("inputs.b", "offset", "18"));
    ASSERT_TRUE(store.del("inputs.b", "offset"));
  }
  StateStore store;
  ASSERT_TRUE(store.open(folder));
  EXPECT_EQ((*store.get("inputs.a", "offset")).value_or(""), "17");
  EXPECT_FALSE((*store.get("inputs.b", "offset")).has_value());
  EXPECT_FALSE(store.put("inputs.a", "big", std::string(70'000, 'x')));
}

TEST(Marker, NamesTheCallOfAnUncleanRun) {
  const TemporaryFolder temporary{"marker"};
  const std::string folder = temporary.path();
  const auto dies = [&] {
    Marker marker;
    if (!marker.open(folder)) _exit(1);
    const Marker::Scope scope{marker, "inputs.x", "gather"};
    _exit(7);
  };
  EXPECT_EXIT(dies(), testing::ExitedWithCode(7), "");
  Marker marker;
  const auto calls = marker.open(folder);
  ASSERT_TRUE(calls);
  EXPECT_EQ(*calls, std::vector<std::string>{"inputs.x (gather)"});
  marker.erase();
  Marker next;
  ASSERT_TRUE(next.open(folder));
  EXPECT_FALSE(next.was_unclean());
}

TEST(Marker, NamesAllCallsUnderWayAndNoOthers) {
  const TemporaryFolder temporary{"marker"};
  const std::string folder = temporary.path();
  const auto dies = [&] {
    Marker marker;
    if (!marker.open(folder)) _exit(1);
    std::latch inside{2};
    const auto call = [&](const char* instance) {
      { const Marker::Scope ended{marker, instance, "start"}; }
      const Marker::Scope outer{marker, instance, "query"};
      { const Marker::Scope ended{marker, instance, "schema"}; }
      const Marker::Scope harmless{marker, instance, "remote", false};
      const Marker::Scope inner{marker, instance, "scan"};
      inside.arrive_and_wait();
      std::this_thread::sleep_for(std::chrono::hours{1});
    };
    std::thread a{call, "query.a"}, b{call, "query.b"};
    inside.wait();
    _exit(7);
  };
  EXPECT_EXIT(dies(), testing::ExitedWithCode(7), "");
  Marker marker;
  auto calls = marker.open(folder);
  ASSERT_TRUE(calls);
  std::sort(calls->begin(), calls->end());
  EXPECT_EQ(*calls, (std::vector<std::string>{"query.a (query)", "query.a (scan)",
                                              "query.b (query)", "query.b (scan)"}));
  // More calls than there are lines are not all marked, and leave nothing behind.
  std::vector<std::unique_ptr<Marker::Scope>> many;
  for (int i = 0; i < 300; ++i) {
    many.push_back(std::make_unique<Marker::Scope>(marker, "inputs.x", "gather"));
  }
  while (!many.empty()) many.pop_back();
  Marker next;
  const auto left = next.open(folder);
  ASSERT_TRUE(left);
  EXPECT_TRUE(left->empty());
}

TEST(OptionsView, ReadsListsAndTables) {
  Options options;
  const Table inner{{"k", Value{std::string{"v"}, {}}}};
  options.values = {
      {"names", Value{Array{Value{std::string{"a"}, {}}, Value{std::string{"b"}, {}}}, {}}},
      {"wait", Value{int64_t{5}, {}}},
      {"map", Value{inner, {}}}};
  options.types = {{"wait", TW_OPT_DURATION}};
  const OptionsView view_of_options{options};
  const tw_config* config = view_of_options.config();
  EXPECT_EQ(config->count(config, "names"), 2u);
  EXPECT_EQ(view(config->str(config, "names", 1)), "b");
  EXPECT_EQ(config->num(config, "wait", 0), 5);
  EXPECT_EQ(config->type(config, "wait"), TW_OPT_DURATION);
  const tw_config* map = config->table(config, "map", 0);
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(view(map->key(map, 0)), "k");
  EXPECT_EQ(config->count(config, "none"), 0u);
}

}  // namespace
}  // namespace tickwork::host::test
