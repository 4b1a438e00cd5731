// SPDX-License-Identifier: MIT
// The messages of Prometheus' remote write and read (prompb/remote.proto), as far as they are used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::influxdb_api {

struct Label {
  std::string name, value;
};
struct RemoteSample {
  double value = 0;
  int64_t ms = 0;
};
struct RemoteSeries {
  std::vector<Label> labels;
  std::vector<RemoteSample> samples;
};

struct Matcher {
  uint32_t type = 0;  // 0 equal, 1 not equal, 2 matches, 3 does not match
  std::string name, value;
};
struct RemoteQuery {
  int64_t from_ms = 0, to_ms = 0;  // both inclusive
  std::vector<Matcher> matchers;
};

// False when the bytes are no such message.
bool parse_write_request(std::string_view bytes, std::vector<RemoteSeries>& out);
bool parse_read_request(std::string_view bytes, std::vector<RemoteQuery>& out);

// The answer to one query.
std::string read_response(const std::vector<RemoteSeries>& series);

}  // namespace tickwork::influxdb_api
