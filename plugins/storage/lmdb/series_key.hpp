// SPDX-License-Identifier: MIT
// A series' key: measurement and sorted tags as line protocol writes them, "cpu,host=a". It is what
// identifies, hashes and orders series. A backslash at the end of a name would escape the next
// separator and so can not be written; such backslashes are cut off.
#pragma once

#include <tickwork/metric.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickwork::lmdb {

inline std::string_view view(tw_str s) { return {s.len ? s.data : "", s.len}; }
inline tw_str borrow(std::string_view s) { return {s.data(), s.size()}; }

// Replaces out by the key of the point; sorts the tags if the caller did not, drops empty ones.
void make_series_key(const tw_point& point, std::string& out);

struct SeriesName {
  std::string measurement;
  std::vector<std::pair<std::string, std::string>> tags;  // sorted by key
  std::string_view tag(std::string_view key) const;       // empty if absent
};
SeriesName parse_series_key(std::string_view key);

// The unescaped measurement only.
std::string key_measurement(std::string_view key);

}  // namespace tickwork::lmdb
