// SPDX-License-Identifier: MIT
// What the runs of an index tell of measurements, for as long as they stay as they are. Each query
// asks for the tags of its measurement, and to find them in the runs passes the series of all.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace tickwork::lmdb {

struct CommittedMeasurement {
  bool any = false;  // living series
  std::set<std::string, std::less<>> tag_keys;
};

class MeasurementCache {
 public:
  using Answer = std::shared_ptr<const CommittedMeasurement>;

  // Any thread. version: of the runs; what was kept of another is forgotten. read is called if the
  // measurement is not kept.
  Answer get(size_t version, std::string_view measurement,
             const std::function<CommittedMeasurement()>& read);
  void clear();  // versions begin anew

 private:
  static constexpr size_t most = 1000;  // measurements
  std::mutex mutex_;
  size_t version_ = 0;
  std::map<std::string, Answer, std::less<>> kept_;
};

}  // namespace tickwork::lmdb
