// SPDX-License-Identifier: MIT
// Durations and sizes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tickwork::host {

// Nanoseconds of "1h30m", "500ms", "1.5s", "2d", "-3s"; a bare number counts seconds; "" is 0.
std::optional<int64_t> parse_duration(std::string_view text);

// Nanoseconds of a number of seconds; nothing when it is out of range.
std::optional<int64_t> seconds_to_ns(double seconds);

// Bytes of "64MiB" (1024), "10KB" (1000), "512".
std::optional<int64_t> parse_size(std::string_view text);

}  // namespace tickwork::host
