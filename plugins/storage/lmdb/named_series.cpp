// SPDX-License-Identifier: MIT
#include "named_series.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <utility>

#include "group_tags.hpp"
#include "head_sort.hpp"
#include "index.hpp"

namespace tickwork::lmdb {

std::optional<NamedSeries> NamedSeries::sort(const std::vector<std::string>& tags,
                                             const std::vector<FoundSeries>& series) {
  if (tags.empty() || series.size() > UINT32_MAX) return std::nullopt;
  NamedSeries out;
  std::vector<std::pair<uint64_t, Span>> headed;
  headed.reserve(series.size());
  // Two texts may have the same hash: then these are not known to differ, which does no harm.
  boost::unordered_flat_set<size_t> seen;
  for (const FoundSeries& s : series) {
    const size_t begin = out.texts_.size();
    put_group_tags(s.key, tags, out.texts_);
    const std::string_view text = std::string_view(out.texts_).substr(begin);
    if (!seen.insert(std::hash<std::string_view>()(text)).second) return std::nullopt;
    headed.push_back(
        {0, {begin, static_cast<uint32_t>(text.size()), static_cast<uint32_t>(headed.size())}});
  }
  const auto text_of = [&](const Span& span) {
    return std::string_view(out.texts_).substr(span.begin, span.size);
  };
  const auto first_of = [&](const Span& span) { return first_group_tag(text_of(span)); };
  size_t common = headed.empty() ? 0 : first_of(headed[0].second).size();
  for (const auto& [head, span] : headed) {
    common = std::min(common, common_prefix(first_of(headed[0].second), first_of(span)));
  }
  sort_by_heads(headed, common, first_of, [&](const Span& a, const Span& b) {
    return group_tags_before(text_of(a), text_of(b));
  });
  out.texts_.shrink_to_fit();
  out.spans_.reserve(series.size());
  out.ids_.reserve(series.size());
  for (const auto& [head, span] : headed) {
    out.spans_.push_back(span);
    out.ids_.push_back(series[span.series].id);
  }
  return out;
}

size_t NamedSeries::bytes() const {
  return sizeof *this + texts_.size() + ids_.size() * (sizeof(Span) + sizeof(SeriesId));
}

}  // namespace tickwork::lmdb
