// SPDX-License-Identifier: MIT
// Times as people read them, in a zone by its name.
#pragma once

#include <cstdint>
#include <string>

namespace tickwork::host {

// "", "UTC", "local" and the names of the system's zone database, such as "Europe/Berlin".
bool is_time_zone(const std::string& zone);

// RFC 3339 to the second: "2026-01-02T03:04:05Z" in UTC (zone "" or "UTC"), else with the offset,
// "2026-01-02T04:04:05+01:00". A zone that is not known reads as UTC. Any thread.
std::string zoned_time(int64_t ns, const std::string& zone = "");

}  // namespace tickwork::host
