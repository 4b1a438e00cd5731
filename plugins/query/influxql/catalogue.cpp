// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

#include <algorithm>

namespace tickwork::query {

namespace {

int rank(DataType type) {
  switch (type) {
    case DataType::float_:
      return 6;
    case DataType::integer:
      return 5;
    case DataType::unsigned_:
      return 4;
    case DataType::string:
      return 3;
    case DataType::boolean:
      return 2;
    case DataType::tag:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

DataType type_named(std::string_view name) {
  if (name == "float") return DataType::float_;
  if (name == "integer") return DataType::integer;
  if (name == "unsigned") return DataType::unsigned_;
  if (name == "string") return DataType::string;
  if (name == "boolean") return DataType::boolean;
  return DataType::unknown;
}

bool wins_over(DataType a, DataType b) { return rank(a) > rank(b); }

ScanRequest::ScanRequest(const Place& place, const std::vector<TagCondition>& where,
                         std::vector<std::string> columns)
    : place_{place}, conditions_{where}, columns_{std::move(columns)} {
  for (const TagCondition& c : conditions_) where_.push_back({str(c.tag), str(c.value), c.op, 0});
  for (const std::string& c : columns_) names_.push_back(str(c));
  raw.size = sizeof raw;
  raw.database = str(place_.database);
  raw.retention = str(place_.retention);
  raw.measurement = str(place_.measurement);
  raw.from_ns = INT64_MIN;
  raw.to_ns = INT64_MAX;
  raw.columns = names_.data();
  raw.n_columns = names_.size();
  raw.where = where_.data();
  raw.n_where = where_.size();
}

List Catalogue::list(uint32_t what, const Place& place, const std::vector<TagCondition>& where,
                     const std::string& name, int64_t from, int64_t to) {
  ScanRequest scan(place, where);
  scan.raw.name = str(name);
  scan.raw.from_ns = from;
  scan.raw.to_ns = to;
  ArrowArrayStream stream{};
  storage_.call(&tw_storage::list, what, static_cast<const tw_scan*>(&scan.raw), &stream);
  return read_list(stream);
}

size_t Catalogue::count(uint32_t what, const Place& place, const std::string& name) {
  ScanRequest scan(place, {});
  scan.raw.name = str(name);
  scan.raw.flags = TW_LIST_COUNT;
  ArrowArrayStream stream{};
  storage_.call(&tw_storage::list, what, static_cast<const tw_scan*>(&scan.raw), &stream);
  return read_count(stream);
}

std::vector<std::string> Catalogue::databases() {
  std::vector<std::string> out;
  for (auto& row : list(TW_DATABASES, {}).rows) out.emplace_back(row[0].s);
  return out;
}

bool Catalogue::has_database(const std::string& name) {
  std::vector<std::string> all = databases();
  return std::find(all.begin(), all.end(), name) != all.end();
}

std::vector<Policy> Catalogue::policies(const std::string& database) {
  std::vector<Policy> out;
  List rows = list(TW_RETENTION_POLICIES, {database, "", ""});
  for (auto& row : rows.rows) {
    out.push_back({std::string(row[0].s), row[1].i, row[2].i, row[3].i, row[4].is_true()});
  }
  return out;
}

std::optional<Policy> Catalogue::policy(const std::string& database, const std::string& name) {
  for (Policy& p : policies(database)) {
    if (p.name == name) return p;
  }
  return std::nullopt;
}

std::string Catalogue::default_policy(const std::string& database) {
  for (Policy& p : policies(database)) {
    if (p.is_default) return p.name;
  }
  return "";
}

std::vector<std::string> Catalogue::measurements(const std::string& database,
                                                 const std::string& retention) {
  std::vector<std::string> out;
  List rows = list(TW_MEASUREMENTS, {database, retention, ""});
  for (auto& row : rows.rows) out.emplace_back(row[0].s);
  return out;
}

const FieldTypes& Catalogue::fields(const Place& place) {
  auto [at, added] = fields_.try_emplace(place);
  if (!added) return at->second;
  List rows = list(TW_FIELD_KEYS, place);
  for (auto& row : rows.rows) {
    DataType& known = at->second[std::string(row[1].s)];
    DataType type = type_named(row[2].s);
    if (wins_over(type, known)) known = type;
  }
  return at->second;
}

const std::set<std::string>& Catalogue::tag_keys(const Place& place) {
  auto [at, added] = tag_keys_.try_emplace(place);
  if (!added) return at->second;
  // A measurement has its tag keys in all policies, as InfluxDB's index has them.
  List rows = list(TW_TAG_KEYS, {place.database, "", place.measurement});
  for (auto& row : rows.rows) at->second.emplace(row[1].s);
  return at->second;
}

}  // namespace tickwork::query
