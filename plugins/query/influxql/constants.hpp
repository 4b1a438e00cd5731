// SPDX-License-Identifier: MIT
// Constant parts of expressions, computed before any row is read.
#pragma once

#include "time_range.hpp"

namespace tickwork::query {

// The same expression with what is constant replaced by its value, now() and text of times beside
// times and durations included. The rules are those of InfluxDB's parser (Reduce in its package
// influxql), which are not those of rows: a duration times a number is a duration, a number times a
// duration is nothing and stays as it is.
ExprPtr with_constants(const ExprPtr& e, const Clock& clock);
// The same of two conditions, AND or OR, that have been through it.
ExprPtr combined(influxql::Op op, const ExprPtr& left, const ExprPtr& right);
// The same of an expression that is selected, where now() stays as it is.
ExprPtr with_constants(const ExprPtr& e);

}  // namespace tickwork::query
