// SPDX-License-Identifier: MIT
// As InfluxDB has it, but stricter in two places: SHOW ... EXACT CARDINALITY wants READ as the
// plain form does, and a continuous query wants WRITE where it writes, even in its own database.
#include "privileges.hpp"

namespace tickwork::influxdb_api {

using namespace influxql;

namespace {

std::string either(const std::string& name, const std::string& otherwise) {
  return name.empty() ? otherwise : name;
}

void add_sources(const Select& select, const std::string& database, std::vector<Need>& out) {
  for (const Source& source : select.sources) {
    if (source.subquery) {
      add_sources(*source.subquery, database, out);
    } else {
      out.push_back({false, either(source.measurement.database, database), Level::read});
    }
  }
}

std::vector<Need> of_select(const Select& select, const std::string& database) {
  std::vector<Need> out;
  add_sources(select, database, out);
  if (select.target) {
    out.push_back({false, either(select.target->database, database), Level::write});
  }
  return out;
}

std::vector<Need> of_show(const Show& show, const std::string& database) {
  switch (show.kind) {
    case ShowKind::databases:
      return {};
    case ShowKind::continuous_queries:
    case ShowKind::queries:
      return {{false, database, Level::read}};
    case ShowKind::field_keys:
    case ShowKind::field_key_cardinality:
    case ShowKind::measurements:
    case ShowKind::measurement_cardinality:
    case ShowKind::retention_policies:
    case ShowKind::series:
    case ShowKind::series_cardinality:
    case ShowKind::tag_keys:
    case ShowKind::tag_key_cardinality:
    case ShowKind::tag_values:
    case ShowKind::tag_values_cardinality:
      return {{false, either(show.database, database), Level::read}};
    default:
      return {{true}};
  }
}

}  // namespace

std::vector<Need> needs_of(const Statement& statement, const std::string& database) {
  auto writes = [](const std::string& name) {
    return std::vector<Need>{{false, name, Level::write}};
  };
  if (auto* s = std::get_if<Select>(&statement)) return of_select(*s, database);
  if (auto* s = std::get_if<Explain>(&statement)) return of_select(*s->select, database);
  if (auto* s = std::get_if<Show>(&statement)) return of_show(*s, database);
  if (std::holds_alternative<Delete>(statement)) return writes(database);
  if (std::holds_alternative<DropSeries>(statement)) return writes(database);
  if (auto* s = std::get_if<DropRetentionPolicy>(&statement)) return writes(s->database);
  if (auto* s = std::get_if<DropContinuousQuery>(&statement)) return writes(s->database);
  if (auto* s = std::get_if<CreateContinuousQuery>(&statement)) {
    std::vector<Need> out{{false, s->database, Level::read}};
    for (Need& need : of_select(*s->select, s->database)) out.push_back(std::move(need));
    return out;
  }
  return {{true}};
}

}  // namespace tickwork::influxdb_api
