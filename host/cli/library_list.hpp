// SPDX-License-Identifier: MIT
// The libraries in a running host's process for people and, as JSON, for programs.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "module/catalogue.hpp"

namespace tickwork::host {

std::string library_table(const Graph& graph);  // a line each, a heading above
std::string library_json(const Graph& graph);   // an array of objects, a line each

// What a reload has to say of its leftovers: a line for each library that is superseded after it
// and was not before, and the sum of all that are superseded.
std::vector<std::string> superseded_lines(const std::vector<LibraryInfo>& before,
                                          const std::vector<LibraryInfo>& after);

}  // namespace tickwork::host
