// SPDX-License-Identifier: MIT
// A week of a policy that keeps rows for six hours and of continuous queries into one that keeps
// them for a month, in well under a minute; WEEK_DAYS says otherwise, up to 29. Every day at the
// same minute: what expired is gone and nothing else, each window is there once with the right
// values, and neither memory nor files grow beyond what the data explains.
//
// The plugins run in this process under a host whose clock the test moves, not as the program under
// libfaketime: there a stall of a tenth of a second would be half an hour, and whatever a loaded
// machine delays would change the answers. Here only the store's thread runs on its own, and the
// test waits for it (quick_waits.hpp).
#include <gtest/gtest.h>

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

#include "database.hpp"
#include "footprint.hpp"
#include "load.hpp"
#include "store_harness.hpp"

namespace tickwork::week {
namespace {

constexpr int64_t hour = 60, day = 24 * hour;  // minutes
constexpr int64_t raw_hours = 6;
constexpr int64_t kib = 1024;
// When a day is looked at. The rows of the day before have come, late ones too, and the store,
// which looks for expired shards every half hour, has seen the last full hour.
constexpr int64_t looked_at = 50;

// Each keeps whole shards: those of its hours, and the one that is being written.
constexpr int64_t raw_shards = raw_hours + 1;

int64_t days_from_environment() {
  const char* text = std::getenv("WEEK_DAYS");
  return text ? std::atoll(text) : 7;
}

// ---- a day's figures ----

struct Figures {
  Memory memory;
  Space index, raw, kept, log, rest;
  int64_t raw_shards = 0, kept_shards = 0, kept_rows = 0;
};

void print_head() {
  std::printf(
      "day  heap KiB  anon KiB  fds  maps  threads | apparent/allocated KiB:"
      " raw (shards)  kept (shards, rows)  index  log  rest\n");
}

void print(int64_t number, const Figures& f) {
  const auto in_kib = [](int64_t bytes) { return static_cast<long>(bytes / kib); };
  const auto of = [&](const Space& s) {
    return std::to_string(in_kib(s.apparent)) + "/" + std::to_string(in_kib(s.allocated));
  };
  std::printf("%3ld  %8ld  %8ld  %3ld  %4ld  %7ld | %s (%ld)  %s (%ld, %ld)  %s  %s  %s\n",
              static_cast<long>(number), in_kib(f.memory.heap), in_kib(f.memory.resident),
              static_cast<long>(f.memory.descriptors), static_cast<long>(f.memory.mappings),
              static_cast<long>(f.memory.threads), of(f.raw).c_str(),
              static_cast<long>(f.raw_shards), of(f.kept).c_str(), static_cast<long>(f.kept_shards),
              static_cast<long>(f.kept_rows), of(f.index).c_str(), of(f.log).c_str(),
              of(f.rest).c_str());
  std::fflush(stdout);
}

// ---- windows ----

using Expected = std::function<Sums(const std::string& series, int64_t from, int64_t to)>;

// What is wrong with the rows of one series: each window once, in order, and nothing else.
std::string compare(const std::vector<const Row*>& rows, int64_t from, int64_t to, int64_t window,
                    int64_t begin_ns, const Expected& expected) {
  const std::string& series = rows.front()->series;
  if (static_cast<int64_t>(rows.size()) != (to - from) / window) {
    return series + ": " + std::to_string(rows.size()) + " windows";
  }
  for (const Row* row : rows) {
    const Sums sums = expected(series, from, from + window);
    if (row->number(0) == begin_ns + from * minute_ns && row->number(1) == sums.count &&
        row->number(2) == sums.sum && row->number(3) == sums.most) {
      from += window;
      continue;
    }
    return series + ": the window of minute " + std::to_string(from) + " is wrong";
  }
  return "";
}

int64_t number_in(const std::string& series) {  // "cpu_10m,host=h17"
  return std::stoll(series.substr(series.rfind('=') + 2));
}

// ---- the week ----

class Week : public ::testing::Test {
 protected:
  Week() : database_(folder_.path() + "/data", QUERY_INFLUXQL), begin_ns_(database_.now()) {
    database_.start();
    database_.ask(
        "CREATE DATABASE db WITH DURATION 6h REPLICATION 1 SHARD DURATION 1h NAME raw;"
        "CREATE RETENTION POLICY kept ON db DURATION 30d REPLICATION 1;"
        "CREATE CONTINUOUS QUERY cpu ON db BEGIN SELECT count(v), sum(v), max(v) INTO kept.cpu_10m "
        "FROM raw.cpu GROUP BY time(10m), host END;"
        "CREATE CONTINUOUS QUERY task ON db BEGIN SELECT count(busy), sum(busy), max(busy) "
        "INTO kept.task_1h FROM raw.task GROUP BY time(1h) END;"
        "CREATE CONTINUOUS QUERY late ON db RESAMPLE EVERY 10m FOR 1h BEGIN SELECT count(n), "
        "sum(n), max(n) INTO kept.late_30m FROM raw.late GROUP BY time(30m), rack END");
  }

  void run_until(int64_t minute) {
    while (minute_ < minute) {
      database_.write(lines_of(minute_++, begin_ns_));
      database_.pass(minute_ns);
    }
  }

  // In the middle of windows. What comes meanwhile is written afterwards.
  void restart() {
    database_.stop();
    database_.miss(2 * minute_ns);
    database_.start();
    for (int i = 0; i < 2; ++i) database_.write(lines_of(minute_++, begin_ns_));
    started_ = minute_;
  }

  void look(int64_t number) {
    expect_only_what_expired_is_gone();
    expect_windows(number - 1);
    expect_no_other_windows();
    EXPECT_EQ(database_.number("SHOW STATS FOR 'cq'", 0), 0);
    EXPECT_EQ(database_.number("SHOW STATS FOR 'cq'", 1), expected_runs());
    EXPECT_EQ(database_.complaints(), "");
    Figures& figures = days_[number];
    figures.kept_rows = kept_rows("cpu_10m") + kept_rows("task_1h") + kept_rows("late_30m");
    let_it_rest();
    measure(figures);
    EXPECT_EQ(figures.raw_shards, raw_shards);
    EXPECT_EQ(figures.kept_shards, number + 2);  // of this day, and of late rows before the first
    EXPECT_EQ(figures.memory.deleted, 0);
    print(number, figures);
  }

  // Until the store has closed what only the test asked for. What these minutes write may begin a
  // flush, beside which it closes nothing.
  void let_it_rest() {
    const auto logged = [&] { return space_of(database_.folder() + "/log").apparent; };
    for (int quiet = 0; quiet < 3;) {
      const int64_t before = logged();
      run_until(minute_ + 1);
      database_.wait_for_the_flush();
      database_.wait_for_the_store();
      quiet = logged() > before ? quiet + 1 : 0;
    }
  }

  // Since the start: two every ten minutes, one every hour, and at once the one that reaches back.
  int64_t expected_runs() const {
    const auto times = [&](int64_t every) { return minute_ / every - started_ / every; };
    return 1 + 2 * times(10) + times(hour);
  }

  int64_t oldest_raw() const { return (minute_ / hour - raw_hours) * hour; }

  void expect_only_what_expired_is_gone() {
    const int64_t minutes = minute_ - oldest_raw();
    EXPECT_EQ(database_.number("SELECT count(v) FROM raw.cpu", 1), minutes * hosts);
    EXPECT_EQ(database_.number("SELECT count(n) FROM raw.late", 1), (minutes - lateness) * racks);
    EXPECT_EQ(database_.number("SELECT first(v) FROM raw.cpu", 0),
              begin_ns_ + oldest_raw() * minute_ns);
    EXPECT_EQ(database_.number("SHOW SERIES EXACT CARDINALITY FROM task", 0),
              raw_shards * tasks_an_hour);
  }

  void expect_windows(int64_t number) {
    expect_windows(number, "cpu_10m", "host", 10, hosts, [](auto& series, auto from, auto to) {
      return of_host(number_in(series), from, to);
    });
    expect_windows(number, "late_30m", "rack", 30, racks, [](auto& series, auto from, auto to) {
      return of_rack(number_in(series), from, to);
    });
    expect_windows(number, "task_1h", "nothing", 60, 1,
                   [](auto&, auto from, auto to) { return of_tasks(from, to); });
  }

  void expect_windows(int64_t number, const std::string& measurement, const std::string& tag,
                      int64_t window, size_t n_series, const Expected& expected) {
    const int64_t from = number * day, to = from + day;
    const std::vector<Row> rows = database_.ask(
        "SELECT \"count\", \"sum\", \"max\" FROM kept." + measurement +
        " WHERE time >= " + std::to_string(begin_ns_ + from * minute_ns) + " AND time < " +
        std::to_string(begin_ns_ + to * minute_ns) + " GROUP BY " + tag);
    std::map<std::string, std::vector<const Row*>> by_series;
    for (const Row& row : rows) by_series[row.series].push_back(&row);
    EXPECT_EQ(by_series.size(), n_series) << measurement;
    for (const auto& [series, of_series] : by_series) {
      const std::string why = compare(of_series, from, to, window, begin_ns_, expected);
      ASSERT_EQ(why, "");
    }
  }

  // Nor of earlier days: nothing expires in that policy.
  void expect_no_other_windows() {
    EXPECT_EQ(kept_rows("cpu_10m"), minute_ / 10 * hosts);
    EXPECT_EQ(kept_rows("task_1h"), minute_ / hour);
    // The first lies before the week; the last one is open, and only late rows make one.
    EXPECT_EQ(kept_rows("late_30m"), (1 + (minute_ - lateness) / 30 + 1) * racks);
  }

  int64_t kept_rows(const std::string& measurement) {
    return database_.number("SELECT count(\"sum\") FROM kept." + measurement, 1);
  }

  void measure(Figures& figures) {
    for (const auto& entry : std::filesystem::directory_iterator(database_.folder() + "/db")) {
      figures.index += space_of(entry.path().string() + "/index");
      for (const Row& shard : database_.ask("SHOW SHARDS")) {
        const bool raw = shard.cells.at(2) == "raw";
        ++(raw ? figures.raw_shards : figures.kept_shards);
        (raw ? figures.raw : figures.kept) +=
            space_of(entry.path().string() + "/shard/" + shard.cells.at(0));
      }
    }
    figures.log = space_of(database_.folder() + "/log");
    figures.rest = space_of(database_.folder());
    for (const Space* part : {&figures.index, &figures.raw, &figures.kept, &figures.log}) {
      figures.rest.apparent -= part->apparent;
      figures.rest.allocated -= part->allocated;
    }
    figures.memory = memory_of_this_process();
  }

  static void expect_no_growth(const Figures& before, const Figures& now, int64_t number) {
    // A table is at most full, and once more while it is flushed.
    EXPECT_LE(now.memory.heap, before.memory.heap + 2 * table_bytes);
    EXPECT_LE(now.memory.resident, before.memory.resident + 2 * table_bytes);
    EXPECT_LE(now.memory.threads, before.memory.threads);
    // A flush may have two more shards open.
    EXPECT_LE(now.memory.descriptors, before.memory.descriptors + 6);
    EXPECT_LE(now.memory.mappings, before.memory.mappings + 20);
    for (int64_t Space::*bytes : {&Space::apparent, &Space::allocated}) {
      // 22,200 rows, and twice until its free pages are dropped.
      EXPECT_LE(now.raw.*bytes, raw_shards * 256 * kib);
      // A time and three integers, encoded; and what an LMDB file takes that holds little.
      EXPECT_LE(now.kept.*bytes, before.kept.*bytes + (now.kept_rows - before.kept_rows) * 6 +
                                     (now.kept_shards - before.kept_shards) * 64 * kib);
      // As many series live as before; LMDB finds no gap among its free pages for every value.
      EXPECT_LE(now.index.*bytes, before.index.*bytes + (96 + 4 * number) * kib);
      EXPECT_LE(now.log.*bytes, 2 * table_bytes);
      EXPECT_LE(now.rest.*bytes, before.rest.*bytes + 32 * kib);
    }
  }

  lmdb_test::TemporaryFolder folder_;
  Database database_;
  const int64_t begin_ns_;
  int64_t minute_ = 0, started_ = 0;  // the next to be written; the next at the last start
  std::map<int64_t, Figures> days_;
};

TEST_F(Week, NeitherMemoryNorFilesGrowBeyondWhatTheDataExplains) {
  const int64_t days = days_from_environment();
  ASSERT_GE(days, 3) << "WEEK_DAYS: later days are compared with the second";
  // What LMDB reserves for large transactions it mostly never touches: from a heap that is used
  // again it would count as resident.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  print_head();
  for (int64_t number = 1; number <= days; ++number) {
    const int64_t middle = days / 2 * day + day / 2 + 3;
    if (minute_ < middle && middle < number * day) {
      run_until(middle);
      restart();
    }
    run_until(number * day + looked_at);
    look(number);
  }
  for (int64_t number = 3; number <= days; ++number) {
    expect_no_growth(days_[2], days_[number], number);
  }
}

}  // namespace
}  // namespace tickwork::week
