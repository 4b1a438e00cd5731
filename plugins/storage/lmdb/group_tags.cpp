// SPDX-License-Identifier: MIT
#include "group_tags.hpp"

#include "bytes.hpp"
#include "series_key.hpp"

namespace tickwork::lmdb {

void put_group_tags(std::string_view series_key, const std::vector<std::string>& tags,
                    std::string& out) {
  std::string room;
  for (const std::string& tag : tags) put_text(out, tag_of_key(series_key, tag, room));
}

void get_group_tags(std::string_view text, std::vector<std::string_view>& out) {
  out.clear();
  for (Reader in(text); !in.empty();) out.push_back(in.text());
}

std::string_view first_group_tag(std::string_view text) { return Reader(text).text(); }

bool group_tags_before(std::string_view a, std::string_view b) {
  Reader left(a), right(b);
  while (!left.empty()) {
    const int order = left.text().compare(right.text());
    if (order != 0) return order < 0;
  }
  return false;
}

}  // namespace tickwork::lmdb
