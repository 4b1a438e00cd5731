// SPDX-License-Identifier: MIT
// Wildcards and regular expressions in fields and dimensions replaced by names, and the names of
// the answer's columns.
#pragma once

#include <map>
#include <set>

#include "value.hpp"
#include "window.hpp"

namespace tickwork::query {

struct Names {
  std::map<std::string, DataType> fields;
  std::set<std::string> tags;
};

bool needs_names(const influxql::Select& select);
void expand(influxql::Select& select, const Names& names, Regexes& regexes);

// One name a column, the time column first.
std::vector<std::string> column_names(const influxql::Select& select,
                                      const std::string& time_column);

}  // namespace tickwork::query
