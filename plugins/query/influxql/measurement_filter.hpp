// SPDX-License-Identifier: MIT
// Which measurements the condition of SHOW MEASUREMENTS picks.
#pragma once

#include <set>
#include <string>

#include "statement.hpp"

namespace tickwork::query {

// InfluxDB's rule, which is none of points: a comparison picks among the measurements that have the
// tag those where some series has such a value (=, =~) or where none has (!=, !~).
std::set<std::string> measurements_where(Session& session, const std::string& database,
                                         const influxql::Expr& condition);

// Whether the keys are all that the condition names.
bool has_tags_of(const std::set<std::string>& keys, const influxql::Expr& condition);

}  // namespace tickwork::query
