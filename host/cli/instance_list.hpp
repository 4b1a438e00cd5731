// SPDX-License-Identifier: MIT
// The instances of a running host for people and, as JSON, for programs.
#pragma once

#include <string>

#include "graph/graph.hpp"

namespace tickwork::host {

std::string instance_table(const Graph& graph);  // a line each, a heading above
std::string instance_json(const Graph& graph);   // an array of objects, a line each

}  // namespace tickwork::host
