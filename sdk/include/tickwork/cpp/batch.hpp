// SPDX-License-Identifier: MIT
// Reading points: Batch is a range of tw_point; tags() and fields() make a point's parts ranges.
#pragma once

#include <span>
#include <string_view>

#include "../metric.h"
#include "error.hpp"

namespace tickwork {

// Borrowed for the call.
class Batch {
 public:
  explicit Batch(const tw_batch* raw) : raw_{raw} {}
  const tw_point* begin() const { return raw_->points; }
  const tw_point* end() const { return raw_->points + raw_->count; }
  size_t size() const { return raw_->count; }
  bool empty() const { return raw_->count == 0; }
  const tw_point& operator[](size_t i) const { return raw_->points[i]; }
  const tw_batch* raw() const { return raw_; }

 private:
  const tw_batch* raw_;
};

inline std::span<const tw_tag> tags(const tw_point& p) { return {p.tags, p.n_tags}; }
inline std::span<const tw_field> fields(const tw_point& p) { return {p.fields, p.n_fields}; }

// The value of a tag, empty if the point has none of that key.
inline std::string_view tag(const tw_point& p, std::string_view key) {
  for (const tw_tag& t : tags(p))
    if (view(t.key) == key) return view(t.value);
  return {};
}

// The value of a field, NULL if the point has none of that key.
inline const tw_value* field(const tw_point& p, std::string_view key) {
  for (const tw_field& f : fields(p))
    if (view(f.key) == key) return &f.value;
  return nullptr;
}

}  // namespace tickwork
