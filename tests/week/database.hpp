// SPDX-License-Identifier: MIT
// storage.lmdb and query.influxql under one host, whose clock the test moves. The query's timers
// fire on the test's thread, each at its own second; the store's thread is waited for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tickwork/testing.hpp>
#include <vector>

namespace tickwork::week {

constexpr int64_t table_bytes = 2 << 20;  // the store's table_size

struct Row {
  std::string series;  // "name,key=value"
  std::vector<std::string> cells;
  int64_t number(size_t cell) const { return std::stoll(cells.at(cell)); }
};

class Database {
 public:
  // query: the file of query.influxql.
  Database(std::string folder, const std::string& query);

  void start();
  void stop();

  int64_t now() const { return host_.now(); }
  // The clock goes on; the store has seen it at every full ten minutes.
  void pass(int64_t ns);
  void wait_for_the_flush() const;  // and the merges behind it, if there is one
  void wait_for_the_store() const;  // to see the clock as it is
  // The same while nothing runs.
  void miss(int64_t ns) { host_.set_now(now() + ns); }

  // Both throw std::runtime_error when anything fails.
  void write(std::string_view lines);
  std::vector<Row> ask(const std::string& statements);
  int64_t number(const std::string& statement, size_t cell);  // of the only row; 0 without one

  // What was logged as a warning or worse, and what the host had to complain about.
  std::string complaints() const;
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  testing::Host host_;
  std::optional<testing::Instance> storage_, query_;
};

}  // namespace tickwork::week
