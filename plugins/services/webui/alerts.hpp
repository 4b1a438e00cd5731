// SPDX-License-Identifier: MIT
// Alerts of a Kapacitor-compatible API, asked for at most every few seconds for all pages.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "frame.hpp"

namespace tickwork::webui {

struct Alert {
  std::string id, topic, level, message;
  double time_ms = 0;  // since when it has this level
};

// The events of one answer of /alerts/topics/T/events.
std::vector<Alert> read_events(const std::string& topic, const std::string& json);
// "2026-03-12T14:47:20.5Z" as ms since 1970, 0 if it is no such time.
double time_of(const std::string& rfc3339);

// Go's "1h2m3.5s" in ms, 0 if it is no such length.
double length_of(const std::string& duration);

class Alerts {
 public:
  // get answers the body of a path below the API's address, and throws Error.
  using Get = std::function<std::string(const std::string& path)>;
  explicit Alerts(Get get) : get_{std::move(get)} {}

  Frame frame(int64_t now_ns);  // id, level, message, topic, time (ms)
  size_t open();                // of what was read last

 private:
  void refresh(int64_t now_ns);

  Get get_;
  std::mutex mutex_;
  int64_t asked_ns_ = 0;
  std::string problem_;
  std::vector<Alert> kept_;
};

}  // namespace tickwork::webui
