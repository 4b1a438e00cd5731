// SPDX-License-Identifier: MIT
// Short series whose names are in another order than their numbers, against a model.
#include "short_rows.hpp"

#include <gtest/gtest.h>
#include <tickwork/kind/storage_aggregate.h>

#include <atomic>
#include <barrier>
#include <map>
#include <random>
#include <thread>

#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

using lmdb::Columns;
using lmdb::SeriesId;
using lmdb::ShortRows;

// ---- windows ----

std::vector<SeriesId> shuffled(size_t n) {
  std::vector<SeriesId> ids(n);
  for (size_t i = 0; i < n; ++i) ids[i] = i + 1;
  std::shuffle(ids.begin(), ids.end(), std::mt19937{7});
  return ids;
}

Columns one_row(int64_t time) {
  Columns rows;
  rows.times = {time};
  rows.columns.resize(1);
  rows.columns[0].type = TW_INT;
  rows.columns[0].push(static_cast<uint64_t>(time), 0);
  return rows;
}

TEST(ShortRowsTest, TellsJumpsFromNeighbours) {
  std::vector<SeriesId> rising = shuffled(100'000);
  EXPECT_TRUE(ShortRows::jumps(rising));
  std::sort(rising.begin(), rising.end());
  EXPECT_FALSE(ShortRows::jumps(rising));
  EXPECT_FALSE(ShortRows::jumps({5'000'000}));
  EXPECT_FALSE(ShortRows::jumps({}));
}

// Series by their numbers: every third has nothing, of the others every fifth two generations.
ShortRows::Window window_of(std::span<const SeriesId> rising) {
  EXPECT_TRUE(std::is_sorted(rising.begin(), rising.end()));
  ShortRows::Window window;
  for (const SeriesId id : rising) {
    if (id % 3 == 0) continue;
    window.add(id, 1, one_row(static_cast<int64_t>(id)));
    if (id % 5 == 0) window.add(id, 2, one_row(static_cast<int64_t>(id * 1000)));
  }
  return window;
}

TEST(ShortRowsTest, GivesWhatAWindowHasOfASeries) {
  const auto order = std::make_shared<const std::vector<SeriesId>>(shuffled(1000));
  ShortRows rows(order, 64, 0, 100);
  for (size_t place = 0; place < order->size(); ++place) {
    const SeriesId id = (*order)[place];
    std::vector<int64_t> found, wanted;
    rows.get(rows.window_of(place), window_of)->give(id, [&](uint64_t generation, Columns part) {
      EXPECT_EQ(part.times, std::vector{static_cast<int64_t>(part.columns[0].bits.at(0))});
      EXPECT_EQ(generation, found.size() + 1);
      found.push_back(part.times[0]);
    });
    if (id % 3 != 0) wanted.push_back(static_cast<int64_t>(id));
    if (id % 3 != 0 && id % 5 == 0) wanted.push_back(static_cast<int64_t>(id * 1000));
    ASSERT_EQ(found, wanted);
  }
}

TEST(ShortRowsTest, MakesAWindowOnceForAllThreads) {
  const auto order = std::make_shared<const std::vector<SeriesId>>(shuffled(1000));
  ShortRows rows(order, 64, 0, 100);
  std::atomic<int> made = 0;
  std::barrier<> together(2);  // none is further than the next window
  const auto read = [&] {
    for (size_t window = 0; window < 16; ++window) {
      rows.get(window, [&](std::span<const SeriesId> rising) {
        ++made;
        return window_of(rising);
      });
      together.arrive_and_wait();
    }
  };
  std::thread other(read);
  read();
  other.join();
  EXPECT_EQ(made, 16);
}

// ---- the store ----

constexpr int64_t week = 7 * 24 * hour;
constexpr int64_t first_week = 1'600'000'000 * second;

// Eight shards and four columns, so that two thousand series are several windows.
class ShortSeriesTest : public ::testing::Test {
 protected:
  using Fields = std::map<std::string, std::string>;

  ShortSeriesTest() {
    Settings s;
    s.texts["path"] = folder_.path() + "/data";
    store_ = std::make_unique<Harness>(s);
    EXPECT_EQ(store_->open(), "");
  }

  unsigned pick(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }

  // Names whose order has nothing to do with that in which they first come.
  static std::string name_of(unsigned number) {
    char text[32];
    std::snprintf(text, sizeof text, "m,id=%08x", (number + 1) * 2654435761u);
    return text;
  }

  void write(unsigned rows) {
    std::string lines;
    for (unsigned i = 0; i < rows; ++i) {
      const std::string name = name_of(pick(2000));
      const int64_t time = first_week + pick(8) * week + pick(3) * second;
      Fields& fields = model_[name][time];
      std::string more;
      const auto set = [&](const char* field, const std::string& line, const std::string& shown) {
        fields[field] = shown;
        more += std::string(more.empty() ? "" : ",") + field + "=" + line;
      };
      const std::string number = std::to_string(pick(1000));
      if (pick(2)) set("i", number + "i", number);
      if (pick(2)) set("s", "\"t" + number + "\"", "t" + number);
      if (pick(2)) set("b", "true", "true");
      if (more.empty() || pick(2)) set("f", number + ".5", number + ".5");
      lines += name + " " + more + " " + std::to_string(time) + "\n";
    }
    lines.pop_back();
    ASSERT_EQ(store_->write(lines), "");
  }

  void remove(int64_t from, int64_t to) {
    ASSERT_EQ(store_->drop(TW_ROWS, {.measurement = "m", .from = from, .to = to}), "");
    for (auto& [name, rows] : model_) {
      rows.erase(rows.lower_bound(from), rows.lower_bound(to));
    }
  }

  std::string expected(size_t limit, bool descending) const {
    std::string out;
    for (const auto& [name, rows] : model_) {
      std::vector<std::string> lines;
      for (const auto& [time, fields] : rows) {
        std::string line = name + " " + std::to_string(time);
        for (const auto& [field, shown] : fields) line += " " + field + "=" + shown;
        lines.push_back(line + "\n");
      }
      if (descending) std::reverse(lines.begin(), lines.end());
      if (limit != 0 && lines.size() > limit) lines.resize(limit);
      for (const std::string& line : lines) out += line;
    }
    return out;
  }

  // The sums of "i", each behind its series' tag, and in all.
  std::string sums(const std::vector<tw_str>& group_by) const {
    const Request request{.measurement = "m"};
    const Harness::Borrowed rows(request);
    const tw_aggregate sum{str("i"), TW_AGGREGATE_SUM, 0, 0};
    tw_aggregation wanted{};
    wanted.size = sizeof wanted;
    wanted.rows = &rows.scan;
    wanted.group_by = group_by.data();
    wanted.n_group_by = group_by.size();
    wanted.aggregates = &sum;
    wanted.n_aggregates = 1;
    tw_scanner scanner{sizeof(tw_scanner), nullptr, nullptr, nullptr, nullptr};
    tw_error e = Harness::error();
    const auto& vtable = Harness::ext<tw_storage_aggregate>(TW_STORAGE_AGGREGATE);
    if (vtable.aggregate(store_->self(), &wanted, &scanner, &e) != TW_OK) return e.message;
    std::string out;
    tw_rows found{};
    found.size = sizeof found;
    while (scanner.next(&scanner, &found, &e) == TW_OK) {
      if (found.n_tags > 0) out += std::string(found.tags[0].value.data, found.tags[0].value.len);
      const auto* values = static_cast<const int64_t*>(found.array.children[1]->buffers[1]);
      out += " " + std::to_string(values[0]) + "\n";
      found.array.release(&found.array);
    }
    scanner.release(&scanner);
    return out;
  }

  void check_sums() const {
    std::string each;
    int64_t all = 0;
    for (const auto& [name, rows] : model_) {
      int64_t sum = 0;
      bool any = false;
      for (const auto& [time, fields] : rows) {
        const auto i = fields.find("i");
        if (i == fields.end()) continue;
        any = true;
        sum += std::stoll(i->second);
      }
      if (any) each += name.substr(name.find('=') + 1) + " " + std::to_string(sum) + "\n";
      all += sum;
    }
    EXPECT_EQ(sums({str("id")}), each);
    EXPECT_EQ(sums({}), " " + std::to_string(all) + "\n");
  }

  void check() {
    check_sums();
    EXPECT_EQ(store_->scan({.measurement = "m"}), expected(0, false));
    EXPECT_EQ(store_->scan({.measurement = "m", .limit = 2}), expected(2, false));
    EXPECT_EQ(store_->scan({.measurement = "m", .limit = 1, .descending = true}),
              expected(1, true));
  }

  TemporaryFolder folder_;
  std::unique_ptr<Harness> store_;
  std::mt19937 random_{11};
  std::map<std::string, std::map<int64_t, Fields>> model_;
};

TEST_F(ShortSeriesTest, AreReadInTheOrderOfTheirNames) {
  for (int round = 0; round < 3; ++round) {
    write(6000);
    check();
    store_->reopen();  // rows of the round leave the table
    check();
  }
  remove(first_week + week, first_week + week + 2 * second);
  remove(first_week + 3 * week, first_week + 5 * week);
  check();
  write(500);
  check();
}

}  // namespace
}  // namespace tickwork::lmdb_test
