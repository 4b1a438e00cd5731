// SPDX-License-Identifier: MIT
// holt_winters() and holt_winters_with_fit(): a damped, multiplicative Holt-Winters forecast.
#pragma once

#include "transform.hpp"

namespace tickwork::query {

bool is_holt_winters(std::string_view function);

// Throws InfluxDB's complaint about the arguments after the first.
void check_holt_winters(const Expr& call);

// How many values to forecast, and the length of a season.
void set_holt_winters(const Expr& call, Transformation& out);

// `in` ascends and lies about t.unit apart. Too few values: no forecast.
Outs holt_winters(const Transformation& t, const Outs& in);

}  // namespace tickwork::query
