// SPDX-License-Identifier: MIT
// What is written in a minute, and what continuous queries must make of it. Every value follows
// from its minute and series, so that nothing has to be remembered.
#pragma once

#include <cstdint>
#include <string>

namespace tickwork::week {

constexpr int64_t minute_ns = 60'000'000'000;
constexpr int64_t hosts = 300, racks = 10, tasks_an_hour = 60;
constexpr int64_t lateness = 25;  // minutes

// Minutes count from the begin. cpu: hosts at that minute. task: series that live for an hour.
// late: racks, with times that lie back.
std::string lines_of(int64_t minute, int64_t begin_ns);

struct Sums {
  int64_t count = 0, sum = 0, most = 0;
};

Sums of_host(int64_t host, int64_t from, int64_t to);
Sums of_rack(int64_t rack, int64_t from, int64_t to);
Sums of_tasks(int64_t from, int64_t to);

}  // namespace tickwork::week
