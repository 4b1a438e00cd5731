// SPDX-License-Identifier: MIT
// The conditions of a scan on tags: = != =~ !~, with RE2 for patterns. An absent tag is the empty
// string.
#pragma once

#include <tickwork/kind/storage.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace tickwork::lmdb {

struct SeriesName;

class TagFilter {
 public:
  TagFilter();
  TagFilter(const tw_where* where, size_t n);  // throws Failure for a bad pattern
  ~TagFilter();
  TagFilter(TagFilter&&) noexcept;

  struct Condition {
    std::string tag, value;
    uint32_t op;
    std::unique_ptr<re2::RE2> pattern;
    std::vector<std::string> texts;  // all that the tag may be; empty: not known
    bool holds(std::string_view tag_value) const;
  };
  const std::vector<Condition>& conditions() const { return conditions_; }
  bool matches(const SeriesName& name) const;
  void put(std::string& out) const;  // as bytes that equal conditions have alike

 private:
  std::vector<Condition> conditions_;
};

}  // namespace tickwork::lmdb
