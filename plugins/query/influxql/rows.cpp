// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include <algorithm>

namespace tickwork::query {

std::string_view tag_value(const Tags& tags, std::string_view key) {
  auto at = std::lower_bound(tags.begin(), tags.end(), key,
                             [](const auto& tag, std::string_view k) { return tag.first < k; });
  return at != tags.end() && at->first == key ? std::string_view(at->second) : std::string_view();
}

Value Column::at(size_t row) const {
  if (fixed) return value;
  if (values) return (*values)[row];
  if (!has(row)) return {};
  switch (type) {
    case DataType::float_:
      return Value::of(items<double>()[row]);
    case DataType::integer:
      return Value::of(items<int64_t>()[row]);
    case DataType::unsigned_:
      return Value::of(items<uint64_t>()[row]);
    case DataType::boolean: {
      size_t i = row + static_cast<size_t>(offset);
      return Value::of((static_cast<const uint8_t*>(data)[i / 8] >> (i % 8) & 1) != 0);
    }
    case DataType::string:
    case DataType::tag: {
      const int32_t* ends = items<int32_t>();
      return Value::of(std::string_view(static_cast<const char*>(text) + ends[row],
                                        static_cast<size_t>(ends[row + 1] - ends[row])));
    }
    default:
      return {};
  }
}

}  // namespace tickwork::query
