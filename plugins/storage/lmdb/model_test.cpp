// SPDX-License-Identifier: MIT
// Random writes, deletes, clean restarts and crashes against a model of std::maps. A crash is a
// copy of the folder as it is between two calls, opened again: everything acknowledged must be in
// it.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

namespace fs = std::filesystem;

// measurement -> series text -> time -> field -> value as the harness prints it
using Rows = std::map<int64_t, std::map<std::string, std::string>>;
using Model = std::map<std::string, std::map<std::string, Rows>>;

struct Value {
  std::string protocol, printed;
};

class Scenario {
 public:
  explicit Scenario(unsigned seed) : random_(seed) { open(); }

  void step() {
    const unsigned dice = pick(100);
    if (dice < 70) {
      write();
    } else if (dice < 80) {
      write_short();
    } else if (dice < 87) {
      check();
    } else if (dice < 92) {
      remove();
    } else if (dice < 96) {
      store_->reopen();
    } else {
      crash();
    }
  }

  void check() {
    for (const auto& [measurement, series] : model_) {
      ASSERT_EQ(store_->scan({measurement}), printed(measurement, series));
    }
    ASSERT_EQ(store_->list(TW_SERIES), series_list());
    check_narrow();
  }

 private:
  unsigned pick(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }

  void open() {
    folders_.push_back(std::make_unique<TemporaryFolder>());
    start();
  }
  void start() {
    Settings s;
    s.texts["path"] = folders_.back()->path() + "/data";
    s.numbers["table_size"] = 300 << 10;
    s.numbers["log_size"] = 40 << 10;
    s.numbers["series_cache"] = 10;
    store_ = std::make_unique<Harness>(s);
    ASSERT_EQ(store_->open(), "");
  }

  void crash() {
    auto next = std::make_unique<TemporaryFolder>();
    copy_store(folders_.back()->path() + "/data", next->path() + "/data");
    store_.reset();
    folders_.clear();
    folders_.push_back(std::move(next));
    start();
  }

  // Copies as a power cut would leave it: retried while the background thread changes files.
  static void copy_store(const fs::path& from, const fs::path& to) {
    usleep(30'000);
    fs::copy(from, to, fs::copy_options::recursive);
  }

  Value value(const std::string& field) {
    char text[64];
    switch (field[0]) {
      case 'i': {
        const auto n = static_cast<int64_t>(random_() >> pick(64));
        return {std::to_string(n) + "i", std::to_string(n)};
      }
      case 'f': {
        const double d = pick(3) ? pick(1000) / 10.0 : static_cast<double>(random_()) * 1e-7;
        std::snprintf(text, sizeof text, "%.17g", d);
        return {text, text};
      }
      case 'b':
        return pick(2) ? Value{"true", "true"} : Value{"false", "false"};
      case 'u': {
        const uint64_t n = random_() >> pick(64);
        return {std::to_string(n) + "u", std::to_string(n) + "u"};
      }
      default: {
        std::snprintf(text, sizeof text, "text %u", pick(20));
        return {std::string("\"") + text + "\"", text};
      }
    }
  }

  int64_t time() {
    if (pick(10) == 0) return static_cast<int64_t>(pick(2000)) * 3'600'000'000'000;
    return clock_ += pick(4) ? 10'000'000'000 : -static_cast<int64_t>(pick(50)) * 10'000'000'000;
  }

  void write() {
    static const char* fields[] = {"f1", "f2", "i1", "u1", "b1", "s1"};
    std::string lines;
    const unsigned n = 1 + pick(200);
    for (unsigned i = 0; i < n; ++i) {
      const std::string measurement = "m" + std::to_string(pick(3));
      std::string tags;
      if (pick(5)) tags += ",host=h" + std::to_string(pick(8));
      if (pick(3) == 0) tags += ",zone=z" + std::to_string(pick(3));
      const int64_t at = time();
      std::string list;
      auto& row = model_[measurement][measurement + tags][at];
      for (const char* field : fields) {
        if (pick(3) == 0 && !(list.empty() && field[0] == 's')) continue;
        const Value v = value(field);
        list += (list.empty() ? "" : ",") + std::string(field) + "=" + v.protocol;
        row[field] = v.printed;
      }
      lines += measurement + tags + " " + list + " " + std::to_string(at) + "\n";
    }
    lines.pop_back();
    ASSERT_EQ(store_->write(lines), "");
  }

  // A row or two for each of many series.
  void write_short() {
    std::string lines;
    const unsigned first = pick(300), n = 20 + pick(200);
    const int64_t at = clock_ += 10'000'000'000;
    for (unsigned i = first; i < first + n; ++i) {
      const std::string measurement = "m" + std::to_string(pick(20) == 0 ? pick(3) : i % 2);
      const std::string series =
          measurement + ",host=h" + std::to_string(i % 8) + ",id=" + std::to_string(i);
      for (int64_t row = 0; row <= (pick(3) == 0 ? 1 : 0); ++row) {
        const std::string field = pick(10) == 0 ? "s1" : "f1";
        const Value v = value(field);
        model_[measurement][series][at + row][field] = v.printed;
        lines += series + " " + field + "=" + v.protocol + " " + std::to_string(at + row) + "\n";
      }
    }
    lines.pop_back();
    ASSERT_EQ(store_->write(lines), "");
  }

  void remove() {
    const std::string measurement = "m" + std::to_string(pick(3));
    Request request{.measurement = measurement};
    if (pick(3)) {
      request.from = clock_ - static_cast<int64_t>(pick(2000)) * 10'000'000'000;
      request.to = request.from + static_cast<int64_t>(1 + pick(1000)) * 10'000'000'000;
    }
    std::string host;
    if (pick(2)) {
      host = "h" + std::to_string(pick(8));
      request.where = {{"host", TW_EQ, host}};
    }
    ASSERT_EQ(store_->drop(TW_ROWS, request), "");
    for (auto& [series, rows] : model_[measurement]) {
      const bool hit = host.empty() || series.find(",host=" + host) != std::string::npos;
      if (!hit) continue;
      std::erase_if(rows, [&](const auto& row) {
        return row.first >= request.from && row.first < request.to;
      });
    }
    std::erase_if(model_[measurement], [](const auto& s) { return s.second.empty(); });
  }

  static std::string printed(const std::string&, const std::map<std::string, Rows>& series) {
    std::string out;
    for (const auto& [name, rows] : series) {
      for (const auto& [at, fields] : rows) put_row(name, at, fields, out);
    }
    return out;
  }
  static void put_row(const std::string& name, int64_t at,
                      const std::map<std::string, std::string>& fields, std::string& out) {
    out += name + " " + std::to_string(at);
    for (const auto& [field, v] : fields) out += " " + field + "=" + v;
    out += "\n";
  }

  std::string series_list() const {
    std::string out;
    for (const auto& [measurement, series] : model_) {
      for (const auto& [name, rows] : series) out += name + "\n";
    }
    return out;
  }

  // One column, a range, a limit, newest first.
  void check_narrow() {
    const int64_t from = clock_ - 5'000'000'000'000, to = clock_ + 100'000'000'000;
    std::string expected;
    for (const auto& [name, rows] : model_["m1"]) {
      unsigned taken = 0;
      for (auto row = rows.rbegin(); row != rows.rend() && taken < 3; ++row) {
        if (row->first < from || row->first >= to || !row->second.contains("f1")) continue;
        expected += name + " " + std::to_string(row->first) + " f1=" + row->second.at("f1") + "\n";
        ++taken;
      }
    }
    ASSERT_EQ(store_->scan({.measurement = "m1",
                            .from = from,
                            .to = to,
                            .columns = {"f1"},
                            .limit = 3,
                            .descending = true}),
              expected);
  }

  std::mt19937_64 random_;
  int64_t clock_ = 1'600'000'000'000'000'000;
  Model model_;
  std::vector<std::unique_ptr<TemporaryFolder>> folders_;
  std::unique_ptr<Harness> store_;
};

class ModelTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(ModelTest, AgreesWithTheModel) {
  Scenario run(GetParam());
  for (int i = 0; i < 120; ++i) {
    run.step();
    if (HasFatalFailure()) FAIL() << "seed " << GetParam() << ", step " << i;
  }
  run.check();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ModelTest, ::testing::Range(1u, 4u));

}  // namespace
}  // namespace tickwork::lmdb_test
