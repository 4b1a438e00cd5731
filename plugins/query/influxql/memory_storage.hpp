// SPDX-License-Identifier: MIT
// A tw.storage/1 of one database in memory, for tests of the engine: no merging of policies, no
// retention, nothing durable. It computes aggregates as well, where a test offers them.
#pragma once

#include <tickwork/testing.hpp>

#include <map>
#include <set>

#include "arrow_io.hpp"

namespace tickwork::query {

class MemoryStorage {
 public:
  explicit MemoryStorage(std::string database) : database_{std::move(database)} {}
  void write(const tw_batch& batch);
  void refuse(int writes) { refused_ = writes; }  // the next ones, as if it were full
  std::string hash_of(const std::string& user) const;
  static const tw_storage* vtable();
  static const tw_storage_aggregate* aggregates();
  size_t n_aggregated() const { return n_aggregated_; }  // requests that were not left to scans

 private:
  using Row = std::map<std::string, Value>;
  struct Series {
    std::string measurement;
    Tags tags;
    std::map<int64_t, Row> rows;
  };
  struct Scan;
  struct Aggregation;

  static std::string key_of(const std::string& measurement, const Tags& tags);
  bool picks(const Series& series, const tw_scan& scan) const;
  tw_status scan(const tw_scan& scan, tw_scanner& out, tw_error* error);
  static void add_cells(const Series& series, size_t number, const tw_aggregation& request,
                        Aggregation& out);
  tw_status aggregate(const tw_aggregation& request, tw_scanner& out);
  tw_status list(uint32_t what, const tw_scan& scan, ArrowArrayStream& out) const;
  tw_status list_rest(uint32_t what, ArrowArrayStream& out) const;
  tw_status define(const tw_definition& definition);
  tw_status drop(uint32_t what, const tw_scan& scan);
  std::map<std::string, DataType> types(const std::string& measurement) const;

  std::string database_;
  std::map<std::string, Series> series_;
  std::set<std::string> text_;  // keeps the text of values
  struct User {
    std::string name, hash;
    bool admin = false;
    std::map<std::string, std::string> grants;
  };
  std::vector<User> users_;
  std::vector<std::pair<std::string, std::string>> continuous_;  // name and text
  size_t n_aggregated_ = 0;
  int refused_ = 0;
};

}  // namespace tickwork::query
