// SPDX-License-Identifier: MIT
// Many threads on one store: writers, readers, deletions, definitions, with tables so small that
// flushes and merges run all the time. Meant for the thread sanitizer as much as for the answers.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

constexpr int n_writers = 3, n_batches = 60, n_rows = 40;

size_t count_lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

struct StressTest : ::testing::TestWithParam<const char*> {
  StressTest() {
    Settings s;
    s.texts["path"] = folder.path() + "/data";
    s.texts["sync"] = GetParam();
    s.numbers["table_size"] = 600 << 10;
    s.numbers["log_size"] = 20 << 10;
    store = std::make_unique<Harness>(s);
    EXPECT_EQ(store->open(), "");
  }
  void write_all(int writer) {
    for (int batch = 0; batch < n_batches; ++batch) {
      std::string lines;
      for (int row = 0; row < n_rows; ++row) {
        const int i = batch * n_rows + row;
        lines += "m,w=" + std::to_string(writer) + ",p=" + std::to_string(i % 9) +
                 " v=" + std::to_string(i) + " " + std::to_string(i * 1'000'000'000LL) + "\n";
        lines += "gone,w=" + std::to_string(writer) + " v=1 " + std::to_string(i) + "\n";
      }
      lines.pop_back();
      ASSERT_EQ(store->write(lines), "");
    }
  }
  TemporaryFolder folder;
  std::unique_ptr<Harness> store;
};

TEST_P(StressTest, NothingIsLostAndReadersSeeGrowth) {
  std::atomic<bool> done = false;
  std::vector<std::thread> writers;
  for (int w = 0; w < n_writers; ++w) writers.emplace_back([&, w] { write_all(w); });
  std::thread reader([&] {
    size_t last = 0;
    while (!done) {
      const size_t n = count_lines(store->scan({.measurement = "m", .columns = {"v"}}));
      EXPECT_GE(n, last);  // nobody deletes from m
      last = n;
    }
  });
  std::thread dropper([&] {
    while (!done) {
      EXPECT_EQ(store->drop(TW_MEASUREMENTS, {.measurement = "gone"}), "");
      store->list(TW_SERIES);
      store->list(TW_FIELD_KEYS);
      store->list(TW_SHARDS);
    }
  });
  for (std::thread& thread : writers) thread.join();
  done = true;
  reader.join();
  dropper.join();
  EXPECT_EQ(store->drop(TW_MEASUREMENTS, {.measurement = "gone"}), "");
  EXPECT_EQ(count_lines(store->scan({"m"})), static_cast<size_t>(n_writers * n_batches * n_rows));
  EXPECT_EQ(store->scan({"gone"}), "");
  store->reopen();
  EXPECT_EQ(count_lines(store->scan({"m"})), static_cast<size_t>(n_writers * n_batches * n_rows));
  EXPECT_EQ(store->list(TW_MEASUREMENTS), "m\n");
}

INSTANTIATE_TEST_SUITE_P(Syncs, StressTest, ::testing::Values("always", "interval"));

// What one listener hears: for each series the values of m in rising order.
struct Order {
  std::mutex mutex;
  std::map<std::string, double> last;
  size_t heard = 0, wrong = 0;
};

TEST(FeedStressTest, ListenersHearEverySeriesInOrder) {
  TemporaryFolder folder;
  Settings s;
  s.texts["path"] = folder.path();
  Harness store(s);
  ASSERT_EQ(store.open(), "");
  Order order;
  const tw_listener listener{
      sizeof(tw_listener), &order, [](const tw_listener* l, tw_str, tw_str, const tw_batch* batch) {
        Order& o = *static_cast<Order*>(l->self);
        const std::lock_guard lock(o.mutex);
        for (size_t i = 0; i < batch->count; ++i) {
          const tw_point& p = batch->points[i];
          double& last = o.last[std::string(p.tags[0].value.data, p.tags[0].value.len)];
          if (p.fields[0].value.as.f <= last) ++o.wrong;
          last = p.fields[0].value.as.f;
          ++o.heard;
        }
      }};
  tw_error e = Harness::error();
  ASSERT_EQ(Harness::feed().listen(store.self(), &listener, &e), TW_OK);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 1; i <= 100; ++i) {
        store.write("m,t=" + std::to_string(t) + " v=" + std::to_string(i) + " 1");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Harness::feed().unlisten(store.self(), &listener);
  EXPECT_EQ(order.heard, 400u);
  EXPECT_EQ(order.wrong, 0u);
}

}  // namespace
}  // namespace tickwork::lmdb_test
