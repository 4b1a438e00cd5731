// SPDX-License-Identifier: MIT
// What the runs of an index tell of measurements, for as long as they stay as they are. Each query
// asks for the tags of its measurement, and to find them in the runs passes the series of all.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace tickwork::lmdb {

template <class Known>
class MeasurementCache {
 public:
  using Answer = std::shared_ptr<const Known>;

  // Any thread. version: of the runs; what was kept of another is forgotten. read() is called if
  // the measurement is not kept.
  template <class Read>
  Answer get(size_t version, std::string_view measurement, Read read) {
    {
      const std::lock_guard lock(mutex_);
      const auto it = version == version_ ? kept_.find(measurement) : kept_.end();
      if (it != kept_.end()) return it->second;
    }
    auto answer = std::make_shared<const Known>(read());
    const std::lock_guard lock(mutex_);
    if (version != version_ || kept_.size() == most) kept_.clear();
    version_ = version;
    kept_[std::string(measurement)] = answer;
    return answer;
  }

  // Versions begin anew.
  void clear() {
    const std::lock_guard lock(mutex_);
    kept_.clear();
  }

 private:
  static constexpr size_t most = 1000;  // measurements
  std::mutex mutex_;
  size_t version_ = 0;
  std::map<std::string, Answer, std::less<>> kept_;
};

}  // namespace tickwork::lmdb
