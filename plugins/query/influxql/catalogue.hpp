// SPDX-License-Identifier: MIT
// What the storage holds, as queries need to know it: databases, policies, measurements, fields,
// tags, series. Remembers answers for the length of one statement.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tickwork/tickwork.hpp>

#include "arrow_io.hpp"

namespace tickwork::query {

struct Policy {
  std::string name;
  int64_t duration = 0, shard_duration = 0, replicas = 1;
  bool is_default = false;
};

// One tag condition of a scan, with its text.
struct TagCondition {
  std::string tag, value;
  uint32_t op = TW_EQ;
};

struct Place {  // where a measurement lies
  std::string database, retention, measurement;
  bool operator<(const Place& o) const {
    return std::tie(database, retention, measurement) <
           std::tie(o.database, o.retention, o.measurement);
  }
};

using FieldTypes = std::map<std::string, DataType>;  // the type that wins, by InfluxDB's precedence

class Catalogue {
 public:
  // aggregates is empty where the storage offers none.
  explicit Catalogue(Ref<tw_storage> storage, Ref<tw_storage_aggregate> aggregates = {})
      : storage_{storage}, aggregates_{aggregates} {}

  const Ref<tw_storage>& storage() const { return storage_; }
  const Ref<tw_storage_aggregate>& aggregates() const { return aggregates_; }
  std::vector<std::string> databases();
  bool has_database(const std::string& name);
  std::vector<Policy> policies(const std::string& database);
  std::optional<Policy> policy(const std::string& database, const std::string& name);
  std::string default_policy(const std::string& database);
  std::vector<std::string> measurements(const std::string& database,
                                        const std::string& retention = "");
  const FieldTypes& fields(const Place& place);
  const std::set<std::string>& tag_keys(const Place& place);
  List list(uint32_t what, const Place& place, const std::vector<TagCondition>& where = {},
            const std::string& name = "", int64_t from = INT64_MIN, int64_t to = INT64_MAX);
  size_t count(uint32_t what, const Place& place, const std::string& name = "");  // of list's rows

 private:
  Ref<tw_storage> storage_;
  Ref<tw_storage_aggregate> aggregates_;
  std::map<Place, FieldTypes> fields_;
  std::map<Place, std::set<std::string>> tag_keys_;
};

// A tw_scan with the strings that it points to.
class ScanRequest {
 public:
  ScanRequest(const Place& place, const std::vector<TagCondition>& where,
              std::vector<std::string> columns = {});
  tw_scan raw{};

 private:
  Place place_;
  std::vector<TagCondition> conditions_;
  std::vector<std::string> columns_;
  std::vector<tw_where> where_;
  std::vector<tw_str> names_;
};

DataType type_named(std::string_view name);
bool wins_over(DataType a, DataType b);  // float > integer > unsigned > string > boolean > tag

}  // namespace tickwork::query
