// SPDX-License-Identifier: MIT
// InfluxDB's JSON answer as the tables of tw.query/1.
#pragma once

#include <tickwork/tickwork.hpp>

#include <memory>
#include <string_view>

namespace tickwork::remote_influxdb {

// Takes a JSON document of /query with epoch=ns and fills the results; throws Error when the text
// is none.
void fill_results(std::string_view json, tw_results& out);

}  // namespace tickwork::remote_influxdb
