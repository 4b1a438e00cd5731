// SPDX-License-Identifier: MIT
// Series that the values of some tags tell from each other: groups of one series each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "known_series.hpp"

namespace tickwork::lmdb {

struct FoundSeries;

// In the order of their groups, without their keys: there may be a million.
class NamedSeries {
 public:
  // None if two of the series have the same values, or if there are no tags.
  static std::optional<NamedSeries> sort(const std::vector<std::string>& tags,
                                         const std::vector<FoundSeries>& series);

  const std::vector<SeriesId>& ids() const { return ids_; }
  // The values of the series in that place, as put_group_tags has them.
  std::string_view name(size_t place) const {
    return std::string_view(texts_).substr(spans_[place].begin, spans_[place].size);
  }
  size_t bytes() const;  // about

 private:
  struct Span {
    size_t begin;
    uint32_t size, series;  // series: its place before sorting
  };
  std::string texts_;
  std::vector<Span> spans_;
  std::vector<SeriesId> ids_;
};

}  // namespace tickwork::lmdb
