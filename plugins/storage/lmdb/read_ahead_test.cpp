// SPDX-License-Identifier: MIT
#include "read_ahead.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace tickwork::lmdb {
namespace {

std::atomic<int> runs_alive = 0;

void release_run(ArrowArray* array) {
  array->release = nullptr;
  --runs_alive;
}

// Series i has i % 5 runs, numbered in length.
class NumberedRuns : public RunReader {
 public:
  explicit NumberedRuns(size_t bytes, size_t fails_at = SIZE_MAX)
      : bytes_(bytes), fails_at_(fails_at) {}
  void start(size_t series) override {
    series_ = series;
    run_ = 0;
  }
  bool next(ScanRun& out) override {
    if (series_ == fails_at_) throw std::runtime_error("no such series");
    if (run_ == series_ % 5) return false;
    if (series_ % 97 == 0) std::this_thread::sleep_for(std::chrono::microseconds{300});
    out.series = series_;
    out.bytes = bytes_;
    out.rows = {};
    out.rows.length = static_cast<int64_t>(run_++);
    out.rows.release = release_run;
    ++runs_alive;
    return true;
  }

 private:
  size_t bytes_, fails_at_, series_ = 0, run_ = 0;
};

TaskThreads threads(3);

std::unique_ptr<ReadAhead> reading(size_t series, size_t helpers, size_t bytes,
                                   size_t fails_at = SIZE_MAX) {
  std::vector<std::unique_ptr<RunReader>> others;
  for (size_t i = 0; i < helpers; ++i) {
    others.push_back(std::make_unique<NumberedRuns>(bytes, fails_at));
  }
  return std::make_unique<ReadAhead>(series, std::make_unique<NumberedRuns>(bytes, fails_at),
                                     std::move(others), threads);
}

TEST(ReadAhead, GivesRunsInOrderWhateverTheirSizeAndTheNumberOfThreads) {
  for (const size_t helpers : {0u, 1u, 3u}) {
    for (const size_t bytes : {size_t{100}, size_t{100'000}, size_t{10} << 20}) {
      for (const size_t series : {0u, 1u, 31u, 32u, 33u, 1000u}) {
        const auto ahead = reading(series, helpers, bytes);
        ScanRun run;
        for (size_t i = 0; i < series; ++i) {
          for (size_t n = 0; n < i % 5; ++n) {
            ASSERT_TRUE(ahead->next(run)) << i;
            ASSERT_EQ(run.series, i);
            ASSERT_EQ(run.rows.length, static_cast<int64_t>(n));
            run.rows.release(&run.rows);
          }
        }
        EXPECT_FALSE(ahead->next(run));
        EXPECT_FALSE(ahead->next(run));
      }
      EXPECT_EQ(runs_alive, 0);
    }
  }
}

TEST(ReadAhead, KeepsNoMoreThanItsBoundAhead) {
  const auto ahead = reading(5000, 2, 100'000);
  ScanRun run;
  ASSERT_TRUE(ahead->next(run));
  run.rows.release(&run.rows);
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  // Two threads with 2 MiB each, as much that was taken out, and what each is about to deliver.
  EXPECT_LT(runs_alive * 100'000, 9 << 20);
}

TEST(ReadAhead, MayBeLeftAtAnyTime) {
  for (int taken = 0; taken < 300; taken += 7) {
    const auto ahead = reading(1000, 2, taken % 2 == 0 ? 100 : 1 << 20);
    ScanRun run;
    for (int i = 0; i < taken; ++i) {
      ASSERT_TRUE(ahead->next(run));
      run.rows.release(&run.rows);
    }
  }
  EXPECT_EQ(runs_alive, 0);
}

TEST(ReadAhead, FailsWhereReadingFails) {
  for (const size_t helpers : {0u, 2u}) {
    const auto ahead = reading(1000, helpers, 100, 500);
    ScanRun run;
    size_t last = 0;
    EXPECT_THROW(
        while (ahead->next(run)) {
          last = run.series;
          run.rows.release(&run.rows);
        },
        std::runtime_error);
    EXPECT_LT(last, 500u);
  }
  EXPECT_EQ(runs_alive, 0);
}

TEST(TaskThreads, RunTasksAtOnceAndTellTheirFailures) {
  TaskThreads few(2);  // of three tasks one waits
  std::atomic<int> done = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<RunningTask> running;
    for (int i = 0; i < 3; ++i) running.push_back(few.run([&] { ++done; }));
  }
  EXPECT_EQ(done, 600);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  for (int i = 0; i < 2000; ++i) {
    few.run([&] {
         const std::lock_guard lock(mutex);
         ids.insert(std::this_thread::get_id());
       })
        .get();
  }
  EXPECT_LE(ids.size(), 2u);
  RunningTask failing = few.run([] { throw std::runtime_error("no"); });
  EXPECT_THROW(failing.get(), std::runtime_error);
}

TEST(TaskThreads, EveryTaskHasAThread) {
  TaskThreads few(2);
  std::promise<void> second;
  RunningTask first = few.run([&] { second.get_future().wait(); });
  few.run([&] { second.set_value(); }).get();
  first.get();
}

}  // namespace
}  // namespace tickwork::lmdb
