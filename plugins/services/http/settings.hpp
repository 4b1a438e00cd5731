// SPDX-License-Identifier: MIT
// What a server is configured with.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tickwork::http_server {

struct Settings {
  std::string bind = "127.0.0.1:8086";  // "host:port", ":port" for every address
  unsigned threads = 0;                 // 0: twice the processors, at least four
  uint64_t max_body_size = 0;           // 0: no limit
  std::string tls_cert, tls_key, tls_min_version;
  std::string tls_allowed_cacerts;  // clients must show a certificate signed by one of these
  std::chrono::nanoseconds read_timeout{}, write_timeout{}, idle_timeout{}, drain_timeout{};
  bool access_log = false;
  std::function<void(int level, std::string_view)> log;  // any thread
};

}  // namespace tickwork::http_server
