// SPDX-License-Identifier: MIT
// When things are due: Telegraf's grid of the wall clock, jitter and back-off.
#pragma once

#include <cstdint>

namespace tickwork::host {

// A series of ticks every interval, on multiples of the interval since 1970 (plus offset) if
// aligned. Jitter does not accumulate: it is added by the caller to each wait.
class Grid {
 public:
  Grid(int64_t interval_ns, int64_t offset_ns, bool aligned)
      : interval_{interval_ns}, offset_{offset_ns}, aligned_{aligned} {}

  // The first tick after start: the next multiple after now + interval/100.
  int64_t first(int64_t now);
  // The tick behind the last one; anchored anew when the clock jumped over a whole interval.
  int64_t next(int64_t now);

 private:
  const int64_t interval_, offset_;
  const bool aligned_;
  int64_t last_ = 0;
};

// Telegraf's default: the next coarser of 1 s, 1 ms, 1 us, 1 ns that the interval reaches.
int64_t precision_of(int64_t configured_ns, int64_t interval_ns);

// How long a failing input waits: its interval doubled per failure in a row after the first, up to
// limit (or its own interval, if that is longer).
int64_t back_off(int64_t interval_ns, uint32_t failures, int64_t limit_ns);

// 0 to span, uniformly.
int64_t random_up_to(int64_t span_ns);

}  // namespace tickwork::host
