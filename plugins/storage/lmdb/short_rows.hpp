// SPDX-License-Identifier: MIT
// Rows out of shared blocks, for a scan whose order is not that in which they lie. A shared block
// is decoded as a whole, so a series after the other would decode each block once a series: they
// are taken out for some thousand series at a time, each block once.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "block.hpp"

namespace tickwork::lmdb {

class ShortRows {
 public:
  // Rows of the series in one window, whose texts belong to the transaction of who made it.
  class Window {
   public:
    // Series rise.
    void add(SeriesId series, uint64_t generation, const Columns& rows);
    // The series is to be read on its own, whatever was added of it: who does tells what is
    // damaged.
    void leave(SeriesId series) { left_.push_back(series); }
    bool left(SeriesId series) const {
      return std::binary_search(left_.begin(), left_.end(), series);
    }
    // Calls take(generation, rows) for what each generation has of the series.
    template <class Take>
    void give(SeriesId series, Take take) const {
      const auto before = [](const Part& part, SeriesId id) { return part.series < id; };
      auto part = std::lower_bound(parts_.begin(), parts_.end(), series, before);
      for (; part != parts_.end() && part->series == series; ++part) {
        take(part->generation, copy_rows(rows_, part->begin, part->end));
      }
    }

   private:
    struct Part {
      SeriesId series;
      uint64_t generation;
      uint32_t begin, end;  // of rows_
    };
    std::vector<Part> parts_;
    Columns rows_;
    std::vector<SeriesId> left_;
  };
  using Make = std::function<Window(std::span<const SeriesId> rising)>;

  // order: in which the scan reads series, of rows in [from, to).
  ShortRows(std::shared_ptr<const std::vector<SeriesId>> order, size_t series_a_window,
            int64_t from, int64_t to)
      : order_(std::move(order)), series_a_window_(series_a_window), from_(from), to_(to) {}

  // Whether most of what is read in that order jumps between shared blocks.
  static bool jumps(const std::vector<SeriesId>& order);

  int64_t from() const { return from_; }
  int64_t to() const { return to_; }
  size_t window_of(size_t place) const { return place / series_a_window_; }
  // Any thread; who comes first makes it, others wait.
  std::shared_ptr<const Window> get(size_t window, const Make& make);

 private:
  const std::shared_ptr<const std::vector<SeriesId>> order_;
  const size_t series_a_window_;
  const int64_t from_, to_;
  std::mutex mutex_;
  struct Made {
    size_t number = SIZE_MAX;
    std::shared_ptr<const Window> window;
  };
  Made recent_[2];  // threads are in one or the next; it would be made again
};

}  // namespace tickwork::lmdb
