// SPDX-License-Identifier: MIT
// One statement, run: the tables of its answer. Failures are thrown as StatementError, or come as
// tickwork::Error from the storage.
#pragma once

#include "select.hpp"

namespace tickwork::query {

Tables run_statement(Session& session, const influxql::Statement& statement);

// The statement with database and policy filled in where they were left out, for warnings.
influxql::Statement qualified(Session& session, const influxql::Statement& statement);

// Whether InfluxDB wants it sent by POST.
bool changes_data(const influxql::Statement& statement);

Tables run_show(Session& session, const influxql::Show& show);
Tables run_definition(Session& session, const influxql::Statement& statement);
Tables write_into(Session& session, const influxql::Select& select);

// A series as SHOW SERIES knows it.
struct Series {
  std::string key, measurement;
  Tags tags;
};
// Shards of a policy, or of all if it is empty, that have a part of [min, max].
struct ShardRange {
  std::string policy;
  int64_t min = min_time, max = max_time;
};
// Those of a database that the sources and the condition on tags pick, in key order.
std::vector<Series> find_series(Session& session, const std::string& database,
                                const std::vector<influxql::Source>& sources,
                                const ExprPtr& condition, const ShardRange& shards = {});
bool names_measurement(Session& session, const std::vector<influxql::Source>& sources,
                       const std::string& measurement);

}  // namespace tickwork::query
