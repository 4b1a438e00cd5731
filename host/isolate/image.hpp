// SPDX-License-Identifier: MIT
// A batch as bytes: one block that the receiver bounds-checks and then reads in place.
//
//   u64 points, u64 bytes of tables, u64 bytes of strings
//   tw_point ...       strings as offsets into the string part
//   tables             per point, in order: its tags, its fields; so they need no offsets
//   strings            each with a NUL behind it
//
// Nothing overlaps but strings, which are only read; so fixing up one pointer changes no other.
#pragma once

#include <tickwork/metric.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "isolate/bytes.hpp"

namespace tickwork::host {

// Collects points, to be packed as one image.
class Image {
 public:
  void add(std::span<const tw_point> points);
  bool empty() const { return points_.empty(); }
  size_t bytes() const {
    return points_.size() * sizeof(tw_point) + tables_.size() + strings_.size();
  }
  void pack(Packer& to) const;
  void clear();

 private:
  const char* put(tw_str text);
  void add(const tw_point& point);

  std::vector<tw_point> points_;
  std::string tables_, strings_;
};

void pack_points(Packer& to, std::span<const tw_point> points);

// The points of the image that comes next, in place: they live as long as the unpacker's bytes. A
// wrong image makes the unpacker not ok() and is empty.
std::span<tw_point> unpack_points(Unpacker& from);

}  // namespace tickwork::host
