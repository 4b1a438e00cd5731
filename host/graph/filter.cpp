// SPDX-License-Identifier: MIT
#include "graph/filter.hpp"

#include <algorithm>

#include "graph/batch.hpp"

namespace tickwork::host {

namespace {

std::vector<std::pair<std::string, Globs>> compile(
    const std::map<std::string, std::vector<std::string>>& tags) {
  std::vector<std::pair<std::string, Globs>> compiled;
  for (const auto& [key, patterns] : tags) compiled.emplace_back(key, Globs{patterns});
  return compiled;
}

bool keeps(const Globs& include, const Globs& exclude, tw_str key) {
  return (include.empty() || include.match(view(key))) &&
         (exclude.empty() || !exclude.match(view(key)));
}

// The rows whose key is kept, copied to the arena only if one is not.
template <class Row>
bool strip(const Row*& rows, uint32_t& n, const Globs& include, const Globs& exclude,
           Arena& arena) {
  if (include.empty() && exclude.empty()) return false;
  const auto kept = [&](const Row& row) { return keeps(include, exclude, row.key); };
  const auto left = static_cast<uint32_t>(std::count_if(rows, rows + n, kept));
  if (left == n) return false;
  auto* copy = reinterpret_cast<Row*>(arena.take(left * sizeof(Row)));
  std::copy_if(rows, rows + n, copy, kept);
  rows = copy;
  n = left;
  return true;
}

}  // namespace

Filter::Filter(const FilterOptions& o)
    : namepass_{o.namepass, o.namepass_separator},
      namedrop_{o.namedrop, o.namedrop_separator},
      fieldinclude_{o.fieldinclude},
      fieldexclude_{o.fieldexclude},
      taginclude_{o.taginclude},
      tagexclude_{o.tagexclude},
      tagpass_{compile(o.tagpass)},
      tagdrop_{compile(o.tagdrop)} {
  selective_ = !namepass_.empty() || !namedrop_.empty() || !tagpass_.empty() || !tagdrop_.empty();
  modifying_ = !fieldinclude_.empty() || !fieldexclude_.empty() || !taginclude_.empty() ||
               !tagexclude_.empty();
}

bool Filter::any_tag(const TagGlobs& globs, const tw_point& point) {
  return std::any_of(globs.begin(), globs.end(), [&](const auto& wanted) {
    return std::any_of(point.tags, point.tags + point.n_tags, [&](const tw_tag& tag) {
      return view(tag.key) == wanted.first && wanted.second.match(view(tag.value));
    });
  });
}

bool Filter::selects(const tw_point& point) const {
  if (!selective_) return true;
  const std::string_view name = view(point.name);
  if (!namepass_.empty() && !namepass_.match(name)) return false;
  if (!namedrop_.empty() && namedrop_.match(name)) return false;
  if (!tagpass_.empty() && !any_tag(tagpass_, point)) return false;
  return tagdrop_.empty() || !any_tag(tagdrop_, point);
}

bool Filter::modify(tw_point& point, Arena& arena) const {
  if (!modifying_) return true;
  if (!strip_fields(point, arena)) return false;
  strip_tags(point, arena);
  return true;
}

bool Filter::strip_fields(tw_point& point, Arena& arena) const {
  strip(point.fields, point.n_fields, fieldinclude_, fieldexclude_, arena);
  return point.n_fields > 0;
}

void Filter::strip_tags(tw_point& point, Arena& arena) const {
  if (strip(point.tags, point.n_tags, taginclude_, tagexclude_, arena)) point.series = {};
}

}  // namespace tickwork::host
