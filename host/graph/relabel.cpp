// SPDX-License-Identifier: MIT
#include "graph/relabel.hpp"

#include <algorithm>
#include <cstring>

namespace tickwork::host {

namespace {

bool by_tag_key(const tw_tag& a, const tw_tag& b) { return view(a.key) < view(b.key); }

}  // namespace

bool normalise_tags(tw_tag* tags, uint32_t& n) {
  const uint32_t before = n;
  tw_tag* end = std::remove_if(
      tags, tags + n, [](const tw_tag& tag) { return tag.key.len == 0 || tag.value.len == 0; });
  if (!std::is_sorted(tags, end, by_tag_key)) std::stable_sort(tags, end, by_tag_key);
  tw_tag* kept = tags;
  for (tw_tag* tag = tags; tag != end; ++tag) {
    if (kept != tags && view(kept[-1].key) == view(tag->key)) --kept;
    *kept++ = *tag;
  }
  n = static_cast<uint32_t>(kept - tags);
  return n != before;
}

Relabel::Relabel(const HostOptions& options, const Tags& global)
    : override_{options.name_override},
      prefix_{options.name_prefix},
      suffix_{options.name_suffix},
      names_{!override_.empty() || !prefix_.empty() || !suffix_.empty()} {
  auto all = std::make_shared<Tags>(options.tags);
  all->insert(global.begin(), global.end());
  std::erase_if(*all, [](const auto& tag) { return tag.first.empty() || tag.second.empty(); });
  for (const auto& [key, value] : *all) tags_.push_back({borrow(key), borrow(value)});
  owner_ = std::move(all);
}

void Relabel::apply(tw_point& point, Arena& arena) const {
  if (names_) rename(point, arena);
  add_tags(point, arena);
}

void Relabel::rename(tw_point& point, Arena& arena) const {
  const std::string_view name = override_.empty() ? view(point.name) : override_;
  const size_t length = prefix_.size() + name.size() + suffix_.size();
  char* at = arena.take(length + 1);
  std::memcpy(at, prefix_.data(), prefix_.size());
  std::memcpy(at + prefix_.size(), name.data(), name.size());
  std::memcpy(at + prefix_.size() + name.size(), suffix_.data(), suffix_.size());
  at[length] = '\0';
  point.name = {at, length};
  point.series = {};
}

void Relabel::add_tags(tw_point& point, Arena& arena) const {
  if (tags_.empty()) return;
  auto* merged =
      reinterpret_cast<tw_tag*>(arena.take((point.n_tags + tags_.size()) * sizeof(tw_tag)));
  // Where both have a key, set_union takes it from the first range: the point's own.
  tw_tag* end = std::set_union(point.tags, point.tags + point.n_tags, tags_.begin(), tags_.end(),
                               merged, by_tag_key);
  const auto n = static_cast<uint32_t>(end - merged);
  if (n != point.n_tags) point.series = {};
  point.tags = merged;
  point.n_tags = n;
}

}  // namespace tickwork::host
