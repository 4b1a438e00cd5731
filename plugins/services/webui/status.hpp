// SPDX-License-Identifier: MIT
// What the host's instances do: counters by tw.inspect/1, sampled once a second so that the page
// can show rates and their last hour.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "frame.hpp"
#include "tickwork/tickwork.hpp"

namespace tickwork::webui {

class Status {
 public:
  explicit Status(Host host) : host_{host} {}

  void sample();
  Frame instances() const;
  // Points gathered per second between two times.
  Frame points(int64_t from_ns, int64_t to_ns, int64_t interval_ns) const;

 private:
  struct Line {
    std::string name, plugin, kind, state, message;
    uint64_t points = 0, errors = 0, queued = 0, p99_ns = 0, memory = 0;
    double rate = 0;
  };
  struct Sample {
    int64_t time_ns;
    double rate;
  };
  static void visit(void* self, const tw_instance_info* info);

  Host host_;
  mutable std::mutex mutex_;
  std::vector<Line> lines_;
  std::map<std::string, uint64_t> before_;  // points by instance at the last sample
  int64_t before_ns_ = 0;
  std::deque<Sample> history_;
};

}  // namespace tickwork::webui
