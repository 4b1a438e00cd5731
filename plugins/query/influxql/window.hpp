// SPDX-License-Identifier: MIT
// The query's clock: time limits, GROUP BY time windows, and the zone that they follow.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>

namespace tickwork::query {

// A statement's failure, in InfluxDB's words.
struct StatementError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr int64_t min_time = std::numeric_limits<int64_t>::min() + 2;
constexpr int64_t max_time = std::numeric_limits<int64_t>::max() - 1;

// Offsets from UTC of a named zone; empty name: UTC. Not for two threads at once.
class Zone {
 public:
  explicit Zone(const std::string& name = "");
  ~Zone();
  Zone(Zone&&) noexcept;
  Zone& operator=(Zone&&) noexcept;
  bool utc() const { return !rules_; }
  int64_t offset_at(int64_t time_ns) const;
  // The instant that this zone's clock shows as `local_ns` (ns since 1970 of its own calendar).
  int64_t to_utc(int64_t local_ns) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

struct Window {
  int64_t start, end;  // [start, end)
};

// Windows of `duration` that follow the epoch, shifted by `offset` and by the zone's clock.
struct Interval {
  int64_t duration = 0, offset = 0;
  bool none() const { return duration <= 0; }
  Window window(int64_t time, const Zone& zone) const;
};

}  // namespace tickwork::query
