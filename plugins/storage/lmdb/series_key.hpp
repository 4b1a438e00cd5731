// SPDX-License-Identifier: MIT
// A series' key: measurement and sorted tags as line protocol writes them, "cpu,host=a". It is what
// identifies, hashes and orders series. A backslash at the end of a name would escape the next
// separator and so can not be written; such backslashes are cut off.
#pragma once

#include <tickwork/metric.h>

#include <algorithm>
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

// The unescaped value of one tag, empty if absent; a part of key, or of room if something is
// escaped.
std::string_view tag_of_key(std::string_view key, std::string_view tag, std::string& room);

// Calls visit(key, value), unescaped, for every tag of a series key.
template <class Visit>
void for_each_tag(std::string_view key, Visit visit) {
  if (key.find('\\') != std::string_view::npos) {
    for (const auto& [k, v] : parse_series_key(key).tags)
      visit(std::string_view(k), std::string_view(v));
    return;
  }
  for (size_t at = key.find(','); at != std::string_view::npos;) {
    const size_t equals = key.find('=', at);
    if (equals == std::string_view::npos) return;
    const size_t end = std::min(key.find(',', equals), key.size());
    visit(key.substr(at + 1, equals - at - 1), key.substr(equals + 1, end - equals - 1));
    at = end == key.size() ? std::string_view::npos : end;
  }
}

// The order of tags in a key.
inline bool by_tag_key(const tw_tag& a, const tw_tag& b) { return view(a.key) < view(b.key); }

// The measurement as keys have it.
std::string escaped_measurement(std::string_view measurement);

// The unescaped measurement only.
std::string key_measurement(std::string_view key);

}  // namespace tickwork::lmdb
