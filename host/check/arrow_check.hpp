// SPDX-License-Identifier: MIT
// Is what a plugin hands out valid Arrow? Children, buffers, offsets, null counts, UTF-8.
#pragma once

#include <tickwork/arrow.h>

#include <string>

namespace tickwork::host::check {

// Empty if array is a valid array of schema, for the formats that Tickwork uses.
std::string arrow_flaw(const ArrowSchema& schema, const ArrowArray& array);

// Is bit i of a validity bitmap, or of a column of booleans, set?
inline bool bit(const void* bitmap, int64_t i) {
  return (static_cast<const uint8_t*>(bitmap)[i / 8] >> (i % 8)) & 1;
}

}  // namespace tickwork::host::check
