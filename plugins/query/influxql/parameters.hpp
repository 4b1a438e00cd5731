// SPDX-License-Identifier: MIT
// Bound parameters of a request, from typed fields or from the client's JSON object.
#pragma once

#include <tickwork/tickwork.hpp>

#include "kit/influxql/influxql.hpp"

namespace tickwork::query {

// Throws Error (TW_E_INVALID) with InfluxDB's text.
influxql::Parameters parameters_of(const tw_request& request);

}  // namespace tickwork::query
