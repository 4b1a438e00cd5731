// SPDX-License-Identifier: MIT
// Points that own their memory, and their text: line protocol. Used by the fake host.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../metric.h"

namespace tickwork::testing {

// Deep copies of points, one block of memory each. Blocks are overwritten before they are freed, so
// that a plugin which keeps a borrowed pointer reads garbage.
class Points {
 public:
  Points() = default;
  // From line protocol, nanoseconds; a line without a time gets TW_NOW. Throws
  // std::invalid_argument with the line.
  explicit Points(std::string_view lines);
  Points(Points&&) noexcept = default;
  Points& operator=(Points&& other) noexcept;
  ~Points();

  void add(const tw_point& point);
  size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  const tw_point& operator[](size_t i) const { return rows_[i]; }
  tw_point& operator[](size_t i) { return rows_[i]; }
  const tw_point* begin() const { return rows_.data(); }
  const tw_point* end() const { return rows_.data() + rows_.size(); }
  tw_batch batch() const { return {rows_.data(), rows_.size()}; }

  // One line a point, joined by newlines, none at the end.
  std::string text() const;

 private:
  void poison() noexcept;
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    size_t size;
  };
  std::vector<tw_point> rows_;
  std::vector<Block> blocks_;
};

// A point as line protocol: tags and fields in their order, integers with "i", unsigned with
// "u", the time only if it is not TW_NOW.
std::string line(const tw_point& point);

// Why a sink would refuse the point ("field \"x\" is NaN"), empty if it is fine.
std::string flaw(const tw_point& point);

// The lines of text in sorted order, for plugins whose points come in no particular order.
std::string sorted(std::string_view text);

}  // namespace tickwork::testing
