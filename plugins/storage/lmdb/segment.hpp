// SPDX-License-Identifier: MIT
// Segments: about 64 KB of whole blocks behind a directory, one LMDB value each (FORMAT.md,
// "Segments"). LMDB stores values of that size without waste; a value a block would lose half.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "block.hpp"

namespace tickwork::lmdb {

// Collects blocks in series order and hands over a full segment whenever there is one.
class SegmentWriter {
 public:
  // first: the segment's first series; block: the number of that series' blocks before it.
  using Sink = std::function<void(SeriesId first, uint64_t block, std::string_view segment)>;
  explicit SegmentWriter(Sink sink) : sink_(std::move(sink)) {}

  void add(SeriesId series, std::string_view block);
  void finish();

 private:
  Sink sink_;
  SeriesId first_ = 0, current_ = 0;
  uint64_t first_block_ = 0, next_block_ = 0;
  std::string directory_, blocks_;
  bool any_ = false;
};

// A view of a stored segment. Throws Damaged when the directory is not sound.
class Segment {
 public:
  Segment() = default;
  explicit Segment(std::string_view bytes);
  size_t count() const { return count_; }
  SeriesId series(size_t i) const;
  std::string_view block(size_t i) const;
  size_t lower_bound(SeriesId series) const;  // the first block of this or a later series
  // Tells the processor that the heads of n blocks from i on, if there are so many, are read soon.
  void prefetch(size_t i, size_t n) const;
  bool empty() const { return count_ == 0; }
  SeriesId first() const { return first_; }
  SeriesId last() const { return series(count_ - 1); }  // that a block begins with

 private:
  uint32_t offset(size_t i) const;
  std::string_view bytes_;
  SeriesId first_ = 0;
  size_t count_ = 0;
};

}  // namespace tickwork::lmdb
