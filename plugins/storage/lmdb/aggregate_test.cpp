// SPDX-License-Identifier: MIT
// Aggregates against the same functions folded over a scan, value by value: random rows in and out
// of order, overwritten, deleted, in tables, generations and shards.
#include <gtest/gtest.h>
#include <tickwork/kind/storage_aggregate.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

constexpr int64_t first_time = 1'600'000'000 * second;

struct Function {
  uint32_t function;
  std::string column;
  double parameter = 0;
};

struct Question {
  Request rows{};
  std::vector<std::string> group_by{};
  int64_t bucket = 0, offset = 0;
  uint64_t limit = 0;
  bool times = false;
  std::vector<Function> functions{};
};

bool tells_time(const Question& q, uint32_t function) {
  return q.times && function >= TW_AGGREGATE_MIN && function <= TW_AGGREGATE_LAST;
}

// ---- asking the storage ----

std::string asked(const Harness& store, const Question& q) {
  const Harness::Borrowed rows(q.rows);
  std::vector<tw_str> group_by;
  for (const std::string& g : q.group_by) group_by.push_back(str(g));
  std::vector<tw_aggregate> functions;
  for (const Function& f : q.functions) {
    functions.push_back({str(f.column), f.function, 0, f.parameter});
  }
  const tw_aggregation wanted{sizeof wanted,    q.times ? uint32_t{TW_AGGREGATE_TIMES} : 0u,
                              &rows.scan,       group_by.data(),
                              group_by.size(),  q.bucket,
                              q.offset,         q.limit,
                              functions.data(), functions.size()};
  tw_scanner scanner{sizeof(tw_scanner), nullptr, nullptr, nullptr, nullptr};
  tw_error e = Harness::error();
  const auto& vtable = Harness::ext<tw_storage_aggregate>(TW_STORAGE_AGGREGATE);
  const tw_status status = vtable.aggregate(store.self(), &wanted, &scanner, &e);
  if (status == TW_E_UNSUPPORTED) return "unsupported";
  if (status != TW_OK) return e.message;
  ArrowSchema schema{};
  scanner.schema(&scanner, &schema, &e);
  std::string out;
  tw_rows found{};
  found.size = sizeof found;
  while (scanner.next(&scanner, &found, &e) == TW_OK) {
    std::string group;
    for (uint32_t i = 0; i < found.n_tags; ++i) {
      group += std::string(found.tags[i].value.data, found.tags[i].value.len) + ",";
    }
    Harness::put_rows(group, schema, found.array, out);
    found.array.release(&found.array);
  }
  schema.release(&schema);
  scanner.release(&scanner);
  return out;
}

// ---- folding a scan ----

struct Number {
  char type = 0;  // as Arrow's format
  uint64_t bits = 0;
  double real() const { return std::bit_cast<double>(bits); }
  bool less(const Number& o) const {
    if (type == 'g') return real() < o.real();
    if (type == 'l') return static_cast<int64_t>(bits) < static_cast<int64_t>(o.bits);
    return bits < o.bits;
  }
};

struct Fold {
  uint64_t count = 0, whole = 0;
  double sum = 0;
  Number low, high, first, last;
  int64_t low_at = 0, high_at = 0, first_at = 0, last_at = 0;
  std::vector<Number> all;

  void add(const Number& v, int64_t at) {
    if (all.empty()) {
      low = high = first = last = v;
      low_at = high_at = first_at = last_at = at;
    }
    if (v.less(low) || (!low.less(v) && at < low_at)) low = v, low_at = at;
    if (high.less(v) || (!v.less(high) && at < high_at)) high = v, high_at = at;
    const bool greater = first.type == 'b' ? v.less(first) : first.less(v);
    if (at < first_at || (at == first_at && greater)) first = v, first_at = at;
    if (at > last_at || (at == last_at && last.less(v))) last = v, last_at = at;
    all.push_back(v);
  }
};

using Folds = std::map<std::string, std::map<int64_t, std::map<std::string, Fold>>>;

int64_t start_of(const Question& q, int64_t time) {
  if (q.bucket == 0) return INT64_MIN;
  const int64_t t = time - q.offset;
  const int64_t n = t / q.bucket - (t % q.bucket < 0);
  return n * q.bucket + q.offset;
}

bool bit_of(const void* bits, int64_t i) {
  return static_cast<const uint8_t*>(bits)[i / 8] >> (i % 8) & 1;
}

// One run: sums and means are of a run's values in a bucket first, then of the buckets.
void fold_column(const Question& q, const ArrowSchema& field, const ArrowArray& times,
                 const ArrowArray& values, std::map<int64_t, std::map<std::string, Fold>>& group) {
  std::map<int64_t, std::pair<uint64_t, double>> sums;  // of this run
  const char type = field.format[0];
  for (int64_t i = 0; i < values.length; ++i) {
    if (values.buffers[0] && !bit_of(values.buffers[0], i)) continue;
    const int64_t at = static_cast<const int64_t*>(times.buffers[1])[i];
    Number v{type, 0};
    if (type == 'b') {
      v.bits = bit_of(values.buffers[1], i);
    } else if (type != 'u') {
      v.bits = static_cast<const uint64_t*>(values.buffers[1])[i];
    }
    Fold& fold = group[start_of(q, at)][field.name];
    fold.add(v, at);
    fold.count++;
    fold.whole += v.bits;
    auto& [n, sum] = sums[start_of(q, at)];
    ++n;
    sum += type == 'g' ? v.real() : static_cast<double>(static_cast<int64_t>(v.bits));
  }
  for (const auto& [start, part] : sums) {
    const auto n = static_cast<double>(part.first);
    // Exact for the small integers of this test, whose sums have no rounding either way.
    group[start][field.name].sum += part.first >= 2 ? part.second / n * n : part.second;
    group[start][std::string("sum of ") + field.name].sum += part.second;
  }
}

Folds folded(const Harness& store, const Question& q) {
  Folds out;
  Request rows = q.rows;
  rows.columns.clear();
  for (const Function& f : q.functions) {
    if (std::find(rows.columns.begin(), rows.columns.end(), f.column) == rows.columns.end()) {
      rows.columns.push_back(f.column);
    }
  }
  const Harness::Borrowed borrowed(rows);
  tw_scanner scanner{sizeof(tw_scanner), nullptr, nullptr, nullptr, nullptr};
  tw_error e = Harness::error();
  EXPECT_EQ(Harness::storage().scan(store.self(), &borrowed.scan, &scanner, &e), TW_OK);
  ArrowSchema schema{};
  scanner.schema(&scanner, &schema, &e);
  tw_rows found{};
  found.size = sizeof found;
  while (scanner.next(&scanner, &found, &e) == TW_OK) {
    std::string group;
    for (const std::string& tag : q.group_by) {
      for (uint32_t i = 0; i < found.n_tags; ++i) {
        const std::string_view key(found.tags[i].key.data, found.tags[i].key.len);
        if (key == tag) group.append(found.tags[i].value.data, found.tags[i].value.len);
      }
      group += ",";
    }
    for (int64_t c = 1; c < found.array.n_children; ++c) {
      fold_column(q, *schema.children[c], *found.array.children[0], *found.array.children[c],
                  out[group]);
    }
    found.array.release(&found.array);
  }
  schema.release(&schema);
  scanner.release(&scanner);
  return out;
}

std::string print(const Number& v) {
  char text[40];
  if (v.type == 'g') return std::snprintf(text, sizeof text, "%.17g", v.real()), text;
  if (v.type == 'b') return v.bits ? "true" : "false";
  if (v.type == 'L') return std::to_string(v.bits) + "u";
  return std::to_string(static_cast<int64_t>(v.bits));
}

Number real(double v) { return {'g', std::bit_cast<uint64_t>(v)}; }

// The finished value and its time; empty: none.
std::string finish(const Function& f, Fold fold, double sum, int64_t& at) {
  const char type = fold.low.type;
  switch (f.function) {
    case TW_AGGREGATE_COUNT:
      return std::to_string(fold.count);
    case TW_AGGREGATE_SUM:
      return print(type == 'g' ? real(sum) : Number{type, fold.whole});
    case TW_AGGREGATE_MEAN:
      return print(real(fold.sum / static_cast<double>(fold.count)));
    case TW_AGGREGATE_MIN:
      return at = fold.low_at, print(fold.low);
    case TW_AGGREGATE_MAX:
      return at = fold.high_at, print(fold.high);
    case TW_AGGREGATE_FIRST:
      return at = fold.first_at, print(fold.first);
    case TW_AGGREGATE_LAST:
      return at = fold.last_at, print(fold.last);
    case TW_AGGREGATE_SPREAD:
      if (type == 'g') return print(real(fold.high.real() - fold.low.real()));
      return print({type, fold.high.bits - fold.low.bits});
    default: {
      const auto n = static_cast<double>(fold.all.size());
      const double rank = std::floor(n * f.parameter / 100 + 0.5) - 1;
      if (rank < 0 || rank >= n) return "";
      std::sort(fold.all.begin(), fold.all.end(),
                [](const Number& a, const Number& b) { return a.less(b); });
      return print(fold.all[static_cast<size_t>(rank)]);
    }
  }
}

std::string expected(const Harness& store, const Question& q) {
  std::string out;
  for (auto& [group, buckets] : folded(store, q)) {
    uint64_t n = 0;
    for (auto& [start, columns] : buckets) {
      if (q.limit != 0 && n++ == q.limit) break;
      out += group + " " + std::to_string(start);
      for (const Function& f : q.functions) {
        if (columns[f.column].count == 0) continue;
        int64_t at = 0;
        const double sum = columns["sum of " + f.column].sum;
        const std::string value = finish(f, columns[f.column], sum, at);
        if (value.empty()) continue;
        out += " " + f.column + "=" + value;
        if (tells_time(q, f.function)) out += " time=" + std::to_string(at);
      }
      out += "\n";
    }
  }
  return out;
}

// ---- random stores and questions ----

class AggregateScenario {
 public:
  explicit AggregateScenario(unsigned seed) : random_(seed) {
    Settings s;
    s.texts["path"] = folder_.path() + "/data";
    s.numbers["table_size"] = 400 << 10;
    store_ = std::make_unique<Harness>(s);
    EXPECT_EQ(store_->open(), "");
  }

  void step() {
    const unsigned dice = pick(10);
    if (dice < 7) {
      write();
    } else if (dice == 7) {
      store_->reopen();
    } else if (dice == 8) {
      remove();
    }
    for (int i = 0; i < 6; ++i) ask();
  }

 private:
  unsigned pick(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }

  // A stretch of regular rows for a few series, now and then over what is there already; or a few
  // rows for as many series as several threads read.
  void write() {
    static const char* steps[] = {"1", "10", "10", "60"};
    const int64_t step = std::atoi(steps[pick(4)]) * second;
    if (pick(4) == 0) clock_ -= static_cast<int64_t>(pick(5000)) * second;
    if (pick(12) == 0) clock_ += 8 * 24 * hour;  // the next shard
    const bool wide = pick(3) == 0;
    const unsigned n = wide ? 1 + pick(5) : 50 + pick(900), missing = pick(3);
    const unsigned hosts = wide ? 150 + pick(100) : 1 + pick(4);
    std::string lines;
    for (unsigned i = 0; i < n; ++i, clock_ += step) {
      for (unsigned h = 0; h < hosts; ++h) lines += row(h, missing);
    }
    lines.pop_back();
    ASSERT_EQ(store_->write(lines), "");
  }

  std::string row(unsigned host, unsigned missing) {
    std::string line = "m,host=h" + std::to_string(host);
    if (host % 2) line += ",zone=z" + std::to_string(host / 2 % 25);
    char text[40];
    std::snprintf(text, sizeof text, "%.1f", pick(2000) / 10.0 - 50);
    line += std::string(" f=") + text;
    if (missing == 0 || pick(3)) line += ",i=" + std::to_string(int(pick(200)) - 100) + "i";
    if (missing == 0 || pick(2)) line += ",u=" + std::to_string(pick(50)) + "u";
    if (pick(2)) line += std::string(",b=") + (pick(2) ? "true" : "false");
    if (missing == 2) line += ",s=\"t" + std::to_string(pick(5)) + "\"";
    return line + " " + std::to_string(clock_) + "\n";
  }

  void remove() {
    Request request{.measurement = "m"};
    request.from = clock_ - static_cast<int64_t>(pick(20000)) * second;
    request.to = request.from + static_cast<int64_t>(1 + pick(5000)) * second;
    if (pick(2)) request.where = {{"host", TW_EQ, "h" + std::to_string(pick(4))}};
    ASSERT_EQ(store_->drop(TW_ROWS, request), "");
  }

  Question question() {
    Question q{.rows = {.measurement = "m"}};
    static const int64_t buckets[] = {0, 0, 60 * second, hour, hour, 24 * hour, 7 * second};
    q.bucket = buckets[pick(7)];
    if (q.bucket != 0 && pick(4) == 0) q.offset = static_cast<int64_t>(pick(600)) * second;
    if (q.bucket != 0 && pick(3) == 0) q.limit = 1 + pick(8);
    if (pick(2)) {
      q.rows.from = clock_ - static_cast<int64_t>(pick(40000)) * second;
      q.rows.to = q.rows.from + static_cast<int64_t>(1 + pick(40000)) * second;
    }
    static const std::vector<std::string> groupings[] = {{}, {"host"}, {"zone"}, {"host", "zone"}};
    q.group_by = groupings[pick(4)];
    if (pick(3) == 0) q.rows.where = {{"host", TW_MATCH, pick(2) ? "^(h1|h2)$" : "h[0-2]"}};
    if (pick(5) == 0) q.rows.where.push_back({"zone", TW_EQ, pick(2) ? "z1" : ""});
    q.times = pick(3) == 0;
    static const char* numbers[] = {"f", "i", "u"};
    for (unsigned n = 1 + pick(4); n > 0; --n) {
      const uint32_t function = 1 + pick(q.times ? 8 : 9);
      std::string column = numbers[pick(3)];
      const bool any_type = function != TW_AGGREGATE_SUM && function != TW_AGGREGATE_MEAN &&
                            function < TW_AGGREGATE_SPREAD;
      if (any_type && pick(4) == 0) column = "b";
      if (function == TW_AGGREGATE_COUNT && pick(4) == 0) column = "s";
      q.functions.push_back({function, column, static_cast<double>(pick(101))});
    }
    return q;
  }

  void ask() {
    const Question q = question();
    const std::string found = asked(*store_, q);
    if (found == "unsupported") return;
    ++answered_;
    ASSERT_EQ(found, expected(*store_, q));
  }

 public:
  int answered_ = 0;

 private:
  std::mt19937_64 random_;
  int64_t clock_ = first_time;
  TemporaryFolder folder_;
  std::unique_ptr<Harness> store_;
};

class AggregateTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(AggregateTest, AgreesWithAFoldedScan) {
  AggregateScenario run(GetParam());
  for (int i = 0; i < 25; ++i) {
    run.step();
    if (::testing::Test::HasFailure()) FAIL() << "seed " << GetParam() << ", step " << i;
  }
  EXPECT_GT(run.answered_, 80);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AggregateTest, ::testing::Range(1u, 7u));

TEST(Aggregate, RefusesWhatItDoesNotKnow) {
  TemporaryFolder folder;
  Settings s;
  s.texts["path"] = folder.path() + "/data";
  Harness store(s);
  ASSERT_EQ(store.open(), "");
  ASSERT_EQ(store.write("m s=\"a\",v=1 1\nm v=2 2"), "");
  Question q{.rows = {.measurement = "m"}};
  q.functions = {{TW_AGGREGATE_MAX, "s"}};
  EXPECT_EQ(asked(store, q), "unsupported");
  q.functions = {{TW_AGGREGATE_MAX, "none"}};
  EXPECT_EQ(asked(store, q), "unsupported");
  q.functions = {{99, "v"}};
  EXPECT_EQ(asked(store, q), "unsupported");
  q.functions = {};
  EXPECT_EQ(asked(store, q), "an aggregation needs a function");
  q.functions = {{TW_AGGREGATE_COUNT, "s"}, {TW_AGGREGATE_MAX, "v"}};
  EXPECT_EQ(asked(store, q), " -9223372036854775808 s=1 v=2\n");
}

// Times at both ends of the time line fall into buckets that end there.
TEST(Aggregate, KnowsTheEndsOfTime) {
  TemporaryFolder folder;
  Settings s;
  s.texts["path"] = folder.path() + "/data";
  Harness store(s);
  ASSERT_EQ(store.open(), "");
  ASSERT_EQ(store.write("m v=1 -9223372036854775806\nm v=2 9223372036854775806\nm v=3 5"), "");
  Question q{.rows = {.measurement = "m"}, .bucket = hour};
  q.functions = {{TW_AGGREGATE_SUM, "v"}};
  EXPECT_EQ(asked(store, q), " -9223372036854775806 v=1\n 0 v=3\n 9223369200000000000 v=2\n");
}

}  // namespace
}  // namespace tickwork::lmdb_test
