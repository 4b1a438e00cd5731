// SPDX-License-Identifier: MIT
#include "text/time_zone.hpp"

#include <date/tz.h>

#include <chrono>
#include <exception>

namespace tickwork::host {
namespace {

// NULL: UTC, or no such zone.
const date::time_zone* find_zone(const std::string& name) {
  try {
    return name == "local" ? date::current_zone() : date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;
  }
}

bool is_utc(const std::string& zone) { return zone.empty() || zone == "UTC"; }

}  // namespace

bool is_time_zone(const std::string& zone) { return is_utc(zone) || find_zone(zone); }

std::string zoned_time(int64_t ns, const std::string& zone) {
  using std::chrono::floor, std::chrono::seconds;
  const date::sys_seconds utc{floor<seconds>(std::chrono::nanoseconds{ns})};
  const date::time_zone* found = is_utc(zone) ? nullptr : find_zone(zone);
  return found ? date::format("%FT%T%Ez", date::make_zoned(found, utc))
               : date::format("%FT%TZ", utc);
}

}  // namespace tickwork::host
