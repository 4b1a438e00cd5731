// SPDX-License-Identifier: MIT
// Which series a condition on tags picks.
#pragma once

#include "statement.hpp"

namespace tickwork::query {

bool picks_series(Session& session, const Series& series, const influxql::Expr& condition);

// What the storage can check by itself of the condition, as tag_conditions has it.
std::vector<TagCondition> series_conditions(const ExprPtr& condition, bool* complete = nullptr);

// The condition without what InfluxDB's index cannot tell of series and takes to hold for each:
// comparisons with fields, with some of its own names, with what is neither text nor a pattern.
// Null: it picks every series. Throws for what the index refuses: order and arithmetic.
ExprPtr on_tags_only(const ExprPtr& condition, const std::function<bool(const Expr&)>& is_field);

// Whether it compares a tag with text or a pattern.
bool compares_tags(Op op);

// What InfluxDB says of a literal that stands for a condition.
std::string go_literal(const Expr& e);

}  // namespace tickwork::query
