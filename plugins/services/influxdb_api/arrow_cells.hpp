// SPDX-License-Identifier: MIT
// Cells of Arrow columns: https://arrow.apache.org/docs/format/Columnar.html. row counts from the
// start of the buffers, an array's offset included; nobody checks it.
#pragma once

#include <tickwork/arrow.h>

#include <cstdint>
#include <string_view>

namespace tickwork::influxdb_api {

template <class T>
T item(const ArrowArray& a, int64_t row) {
  return static_cast<const T*>(a.buffers[1])[row];
}

inline bool bit(const void* bits, int64_t i) {
  return static_cast<const uint8_t*>(bits)[i / 8] >> (i % 8) & 1;
}

// Of a column "u".
inline std::string_view text_at(const ArrowArray& a, int64_t row) {
  const auto* ends = static_cast<const int32_t*>(a.buffers[1]);
  return {static_cast<const char*>(a.buffers[2]) + ends[row],
          static_cast<size_t>(ends[row + 1] - ends[row])};
}

}  // namespace tickwork::influxdb_api
