// SPDX-License-Identifier: MIT
// The functions of technical analysis: moving averages of exponential weight and the oscillators
// built on them. Each goes over one series of numbers, value by value.
#pragma once

#include "transform.hpp"

namespace tickwork::query {

bool is_technical(std::string_view function);

// Throws InfluxDB's complaint about the arguments after the first; the first is not looked at.
void check_technical(const Expr& call);

// Period, hold period and warm-up of a checked call.
void set_technical(const Expr& call, Transformation& out);

Outs technical(const Transformation& t, const Outs& in);

}  // namespace tickwork::query
