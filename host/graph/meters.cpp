// SPDX-License-Identifier: MIT
#include "graph/meters.hpp"

#include <algorithm>
#include <bit>

namespace tickwork::host {

namespace {

// Four buckets per power of two: the two bits behind the highest one choose.
size_t bucket_of(uint64_t ns) {
  if (ns < 4) return ns;
  const auto top = static_cast<unsigned>(std::bit_width(ns)) - 1;
  return (top << 2) | ((ns >> (top - 2)) & 3);
}

uint64_t bucket_end(size_t bucket) {
  if (bucket < 8) return bucket;
  const auto top = bucket >> 2;
  return (uint64_t{5 + (bucket & 3)} << (top - 2)) - 1;
}

}  // namespace

void Durations::add(uint64_t ns) {
  const uint32_t call = calls_.fetch_add(1, std::memory_order_relaxed);
  Buckets& now = buckets_[(call / generation) % 2];
  if (call % generation == 0) {
    for (auto& bucket : now) bucket.store(0, std::memory_order_relaxed);
  }
  now[std::min<size_t>(bucket_of(ns), 255)].fetch_add(1, std::memory_order_relaxed);
}

uint64_t Durations::quantile(double q) const {
  std::array<uint64_t, 256> sum{};
  uint64_t total = 0;
  for (size_t i = 0; i < sum.size(); ++i) {
    sum[i] = uint64_t{buckets_[0][i].load(std::memory_order_relaxed)} +
             buckets_[1][i].load(std::memory_order_relaxed);
    total += sum[i];
  }
  const double rank = q * static_cast<double>(total);
  uint64_t seen = 0;
  for (size_t i = 0; i < sum.size() && total > 0; ++i) {
    seen += sum[i];
    if (seen > 0 && static_cast<double>(seen) >= rank) return bucket_end(i);
  }
  return 0;
}

void Meters::set_error(std::string text, int64_t now) {
  const std::lock_guard held{lock_};
  error_ = std::move(text);
  error_ns.store(now, std::memory_order_relaxed);
}

std::string Meters::error() const {
  const std::lock_guard held{lock_};
  return error_;
}

}  // namespace tickwork::host
