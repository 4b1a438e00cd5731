// SPDX-License-Identifier: MIT
#include "measurement_cache.hpp"

namespace tickwork::lmdb {

MeasurementCache::Answer MeasurementCache::get(size_t version, std::string_view measurement,
                                               const std::function<CommittedMeasurement()>& read) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = version == version_ ? kept_.find(measurement) : kept_.end();
    if (it != kept_.end()) return it->second;
  }
  auto answer = std::make_shared<const CommittedMeasurement>(read());
  const std::lock_guard lock(mutex_);
  if (version != version_ || kept_.size() == most) kept_.clear();
  version_ = version;
  kept_[std::string(measurement)] = answer;
  return answer;
}

void MeasurementCache::clear() {
  const std::lock_guard lock(mutex_);
  kept_.clear();
}

}  // namespace tickwork::lmdb
