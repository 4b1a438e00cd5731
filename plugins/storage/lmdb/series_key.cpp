// SPDX-License-Identifier: MIT
#include "series_key.hpp"

#include <algorithm>

namespace tickwork::lmdb {
namespace {

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && s.back() == '\\') s.remove_suffix(1);
  return s;
}

void put_escaped(std::string& out, std::string_view s, const char* special) {
  s = trimmed(s);
  if (s.find_first_of(special) == std::string_view::npos) {
    out.append(s);
    return;
  }
  for (const char c : s) {
    if (std::string_view(special).find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
}

void put_tag(std::string& out, const tw_tag& tag) {
  if (trimmed(view(tag.key)).empty() || trimmed(view(tag.value)).empty()) return;
  out.push_back(',');
  put_escaped(out, view(tag.key), ",= ");
  out.push_back('=');
  put_escaped(out, view(tag.value), ",= ");
}

// Reads up to an unescaped stop character; at moves behind it.
std::string take(std::string_view key, size_t& at, const char* special, std::string_view stops) {
  std::string out;
  for (; at < key.size(); ++at) {
    const char c = key[at];
    if (c == '\\' && at + 1 < key.size() &&
        std::string_view(special).find(key[at + 1]) != std::string_view::npos) {
      out.push_back(key[++at]);
    } else if (stops.find(c) != std::string_view::npos) {
      ++at;
      break;
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

void make_series_key(const tw_point& point, std::string& out) {
  out.clear();
  put_escaped(out, view(point.name), ", ");
  const tw_tag* end = point.tags + point.n_tags;
  if (std::is_sorted(point.tags, end, by_tag_key)) {
    for (const tw_tag* tag = point.tags; tag != end; ++tag) put_tag(out, *tag);
    return;
  }
  std::vector<tw_tag> tags(point.tags, end);
  std::stable_sort(tags.begin(), tags.end(), by_tag_key);
  for (const tw_tag& tag : tags) put_tag(out, tag);
}

std::string_view SeriesName::tag(std::string_view key) const {
  for (const auto& [k, v] : tags) {
    if (k == key) return v;
  }
  return {};
}

SeriesName parse_series_key(std::string_view key) {
  SeriesName name;
  size_t at = 0;
  name.measurement = take(key, at, ", ", ",");
  while (at < key.size()) {
    std::string tag = take(key, at, ",= ", "=");
    name.tags.emplace_back(std::move(tag), take(key, at, ",= ", ","));
  }
  return name;
}

std::string_view tag_of_key(std::string_view key, std::string_view tag, std::string& room) {
  if (key.find('\\') == std::string_view::npos) {  // nothing is escaped: look for ",tag="
    for (size_t at = key.find(','); at != std::string_view::npos; at = key.find(',', at + 1)) {
      const size_t equals = at + 1 + tag.size();
      if (equals >= key.size() || key[equals] != '=') continue;
      if (key.compare(at + 1, tag.size(), tag) != 0) continue;
      const size_t end = std::min(key.find(',', equals), key.size());
      return key.substr(equals + 1, end - equals - 1);
    }
    return {};
  }
  return room = parse_series_key(key).tag(tag);
}

std::string escaped_measurement(std::string_view measurement) {
  std::string out;
  put_escaped(out, measurement, ", ");
  return out;
}

std::string key_measurement(std::string_view key) {
  size_t at = 0;
  return take(key, at, ", ", ",");
}

}  // namespace tickwork::lmdb
