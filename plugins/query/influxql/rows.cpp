// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include <tickwork/tickwork.hpp>

#include <algorithm>

namespace tickwork::query {

std::string_view tag_value(const Tags& tags, std::string_view key) {
  auto at = std::lower_bound(tags.begin(), tags.end(), key,
                             [](const auto& tag, std::string_view k) { return tag.first < k; });
  return at != tags.end() && at->first == key ? std::string_view(at->second) : std::string_view();
}

bool compare_tags(Op op, std::string_view left, std::string_view right) {
  const bool same = left == right && !left.empty();
  return op == Op::eq ? same : op == Op::neq && !same;
}

SeriesTags::SeriesTags(const tw_tag* tags, size_t n) {
  size_t bytes = 0;
  for (size_t i = 0; i < n; ++i) bytes += tags[i].key.len + tags[i].value.len;
  reserve(n, bytes);
  for (size_t i = 0; i < n; ++i) add(view(tags[i].key), view(tags[i].value));
}

SeriesTags::SeriesTags(const Tags& tags) {
  size_t bytes = 0;
  for (const auto& [key, value] : tags) bytes += key.size() + value.size();
  reserve(tags.size(), bytes);
  for (const auto& [key, value] : tags) add(key, value);
}

void SeriesTags::reserve(size_t n, size_t bytes) {
  bytes_.reserve(bytes);
  items_.reserve(n);
}

void SeriesTags::add(std::string_view key, std::string_view value) {
  const size_t at = bytes_.size();
  bytes_.append(key).append(value);
  const std::string_view kept(bytes_);
  items_.emplace_back(kept.substr(at, key.size()), kept.substr(at + key.size()));
}

std::string_view SeriesTags::value(std::string_view key, size_t& near) const {
  if (near < items_.size() && items_[near].first == key) return items_[near].second;
  for (size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].first == key) return items_[near = i].second;
  }
  return {};
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
