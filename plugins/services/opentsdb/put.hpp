// SPDX-License-Identifier: MIT
// The body of OpenTSDB's POST /api/put, a JSON object or an array of them, to points.
#pragma once

#include <tickwork/tickwork.hpp>

#include <string>
#include <string_view>

#include "kit/listener/batcher.hpp"

namespace tickwork::opentsdb {

// Adds the points of body to points. Returns the answer's text if the body is refused as a whole,
// in InfluxDB's words. `why` gets what is wrong with points that were left out.
std::string parse_put(std::string_view body, listener::PointBuffer& points, std::string& why);

}  // namespace tickwork::opentsdb
