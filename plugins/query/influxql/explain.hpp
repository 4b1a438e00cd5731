// SPDX-License-Identifier: MIT
// EXPLAIN and EXPLAIN ANALYZE: what a SELECT would read, and how long it took.
#pragma once

#include "statement.hpp"

namespace tickwork::query {

// The statement must be qualified.
Tables run_explain(Session& session, const influxql::Explain& explain);

}  // namespace tickwork::query
