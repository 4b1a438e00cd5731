// SPDX-License-Identifier: MIT
// What is kept of every series of a window.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tickwork::basicstats {

struct Stats {
  uint64_t count = 0;
  double min = 0, max = 0, sum = 0, mean = 0, squares = 0;  // squares: of differences from the mean
  double first = 0, last = 0;
  int64_t first_ns = 0, last_ns = 0;

  // Welford 1962.
  void add(double value, int64_t time) {
    if (count == 0) {
      min = max = first = value;
      first_ns = time;
    }
    ++count;
    const double delta = value - mean;
    mean += delta / static_cast<double>(count);
    squares += delta * (value - mean);
    min = std::min(min, value);
    max = std::max(max, value);
    sum += value;
    last = value;
    last_ns = time;
  }
};

struct Series {
  std::string name;
  std::vector<std::pair<std::string, std::string>> tags;
  std::map<std::string, Stats, std::less<>> fields;
};

/// By measurement and tags, each on a line.
using Window = std::map<std::string, Series>;

}  // namespace tickwork::basicstats
