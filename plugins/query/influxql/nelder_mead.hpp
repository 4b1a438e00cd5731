// SPDX-License-Identifier: MIT
// Nelder and Mead's downhill simplex (The Computer Journal, 1965), with reflection 1, contraction
// 1/2, expansion 2 and a regular first simplex of edge 1.
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace tickwork::query {

// A function to make small. It may move the point that it is asked about.
using Objective = std::function<double(std::vector<double>&)>;

// The least value found from `start`, and where. Ends when the values at the corners differ by a
// standard deviation under 1e-4, at the latest after 1000 steps.
std::pair<double, std::vector<double>> nelder_mead(const Objective& objective,
                                                   const std::vector<double>& start);

}  // namespace tickwork::query
