// SPDX-License-Identifier: MIT
// Telegraf's metric filters: selectors decide about a whole point, modifiers strip fields and tags.
#pragma once

#include <tickwork/metric.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/configuration.hpp"
#include "graph/arena.hpp"
#include "graph/glob.hpp"

namespace tickwork::host {

class Filter {
 public:
  Filter() = default;
  explicit Filter(const FilterOptions& options);

  bool selective() const { return selective_; }
  bool modifying() const { return modifying_; }

  // Name, then tags; every point where nothing is configured.
  bool selects(const tw_point& point) const;
  // Fields, then tags; the shortened tables are made in the arena and the series hint is cleared
  // when a tag went. False: no field is left.
  bool modify(tw_point& point, Arena& arena) const;

 private:
  using TagGlobs = std::vector<std::pair<std::string, Globs>>;

  static bool any_tag(const TagGlobs& globs, const tw_point& point);
  bool strip_fields(tw_point& point, Arena& arena) const;
  void strip_tags(tw_point& point, Arena& arena) const;

  Globs namepass_, namedrop_, fieldinclude_, fieldexclude_, taginclude_, tagexclude_;
  TagGlobs tagpass_, tagdrop_;
  bool selective_ = false, modifying_ = false;
};

}  // namespace tickwork::host
