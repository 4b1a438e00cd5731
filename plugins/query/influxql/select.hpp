// SPDX-License-Identifier: MIT
// Runs a SELECT: from a checked statement to the tables of its answer.
#pragma once

#include "check.hpp"
#include "source.hpp"

namespace tickwork::query {

// What an enclosing query lends to a subquery.
struct Outer {
  int64_t min = min_time, max = max_time;
  Interval interval;
  bool subquery = false;                     // there is an outer query
  std::vector<std::string> dimensions = {};  // tags that it groups by, and so does the subquery
};

using Tables = std::vector<std::shared_ptr<const Table>>;

// Fills in database and policy of every measurement; throws "database not found: x" and so on.
void qualify(Session& session, influxql::Select& select);
void qualify(Session& session, influxql::Measurement& measurement);

// The statement must be qualified.
Tables run_select(Session& session, influxql::Select select, const Outer& outer = {});

}  // namespace tickwork::query
