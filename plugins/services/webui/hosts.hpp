// SPDX-License-Identifier: MIT
// The hosts that report to the database, asked for at most every few seconds for all pages.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "answer.hpp"
#include "frame.hpp"

namespace tickwork::webui {

class Hosts {
 public:
  explicit Hosts(Engine engine) : engine_{std::move(engine)} {}

  // host, status, cpu, mem, load, uptime, seen (ms), apps; unhealthy first. Throws Error.
  Frame frame();
  std::vector<std::string> names();  // this machine first, empty when they cannot be had

 private:
  Engine engine_;
  std::mutex mutex_;
  int64_t asked_ns_ = 0;
  int64_t apps_ns_ = 0;
  std::vector<std::pair<std::string, std::string>> apps_;  // host, measurement
  Frame kept_;
};

}  // namespace tickwork::webui
