// SPDX-License-Identifier: MIT
// What each statement of InfluxQL asks of its sender.
#pragma once

#include "access.hpp"

namespace tickwork::influxdb_api {

struct Need {
  bool admin = false;
  std::string database = {};
  Level level = Level::read;
};

// `database` is where names without one lie.
std::vector<Need> needs_of(const influxql::Statement& statement, const std::string& database);

}  // namespace tickwork::influxdb_api
