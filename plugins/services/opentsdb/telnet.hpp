// SPDX-License-Identifier: MIT
// OpenTSDB's lines, "put metric time value key=value ...", to points. One thread at a time.
#pragma once

#include <tickwork/tickwork.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickwork::opentsdb {

class LineParser {
 public:
  // The point of a line, or NULL. `why` gets what is wrong: with the line, or with tags that were
  // left out. The point lives until the next call and while the line does.
  const tw_point* parse(std::string_view line, std::string& why);
  // The line is the word "version", which is answered.
  static bool asks_version(std::string_view line);

 private:
  std::vector<std::string_view> words_;
  std::vector<std::pair<std::string_view, std::string_view>> tags_;
  Row row_;
};

// The last second whose nanoseconds all have a number.
constexpr int64_t latest_s = INT64_MAX / 1000000000 - 1;

// Nanoseconds of an OpenTSDB time up to latest_s. As in InfluxDB, the milliseconds of a time in
// milliseconds are taken for microseconds within its second.
int64_t time_ns(int64_t time, bool milliseconds);

}  // namespace tickwork::opentsdb
