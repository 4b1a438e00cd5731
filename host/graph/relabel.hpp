// SPDX-License-Identifier: MIT
// name_override, name_prefix, name_suffix and the tags that an instance's points get. Tags that a
// point has already are never overwritten.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "graph/batch.hpp"

namespace tickwork::host {

class Relabel {
 public:
  using Tags = std::map<std::string, std::string>;

  Relabel() = default;
  // The instance's tags win over the global ones.
  Relabel(const HostOptions& options, const Tags& global);

  bool active() const { return names_ || !tags_.empty(); }
  // The point's tags are sorted. New tags borrow from owner().
  void apply(tw_point& point, Arena& arena) const;
  void add_tags(tw_point& point, Arena& arena) const;
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  void rename(tw_point& point, Arena& arena) const;

  std::string override_, prefix_, suffix_;
  bool names_ = false;
  std::shared_ptr<const void> owner_;  // the strings of tags_
  std::vector<tw_tag> tags_;           // sorted by key
};

// Sorted by key and unique, empty keys and values gone. tags are the caller's to change. Of equal
// keys the last one stays, as in Telegraf. True if a tag went.
bool normalise_tags(tw_tag* tags, uint32_t& n);

}  // namespace tickwork::host
