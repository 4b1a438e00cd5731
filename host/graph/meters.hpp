// SPDX-License-Identifier: MIT
// What an instance counts about itself: relaxed atomics, read by tw.inspect/1.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace tickwork::host {

// Durations of recent calls in logarithmic buckets of a quarter octave: two generations, so that
// what is older than a few thousand calls is forgotten.
class Durations {
 public:
  void add(uint64_t ns);
  uint64_t quantile(double q) const;  // upper bound of the bucket, 0: no call yet

 private:
  static constexpr uint32_t generation = 2048;
  using Buckets = std::array<std::atomic<uint32_t>, 256>;
  std::array<Buckets, 2> buckets_{};
  std::atomic<uint32_t> calls_{0};
};

struct Meters {
  using Count = std::atomic<uint64_t>;
  Count calls{0}, errors{0}, late{0}, call_ns{0};
  Count points_in{0}, points_out{0}, dropped{0}, filtered{0}, rejected{0};
  std::atomic<int64_t> started_ns{0}, error_ns{0};
  Durations durations;

  static void add(Count& count, uint64_t n = 1) { count.fetch_add(n, std::memory_order_relaxed); }
  static uint64_t get(const Count& count) { return count.load(std::memory_order_relaxed); }

  void set_error(std::string text, int64_t now);
  std::string error() const;

 private:
  mutable std::mutex lock_;
  std::string error_;
};

}  // namespace tickwork::host
