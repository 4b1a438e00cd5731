// SPDX-License-Identifier: MIT
#include "graph/compare.hpp"

#include <algorithm>
#include <tuple>

namespace tickwork::host {

namespace {

bool same(const Value& a, const Value& b) {
  if (a.data.index() != b.data.index()) return false;
  if (const auto* list = std::get_if<Array>(&a.data)) {
    const auto& other = std::get<Array>(b.data);
    return std::equal(list->begin(), list->end(), other.begin(), other.end(), same);
  }
  if (const auto* table = std::get_if<Table>(&a.data)) {
    return same_values(*table, std::get<Table>(b.data));
  }
  if (const auto* text = std::get_if<std::string>(&a.data)) {
    return *text == std::get<std::string>(b.data);
  }
  if (const auto* truth = std::get_if<bool>(&a.data)) return *truth == std::get<bool>(b.data);
  if (const auto* whole = std::get_if<int64_t>(&a.data)) {
    return *whole == std::get<int64_t>(b.data);
  }
  return std::get<double>(a.data) == std::get<double>(b.data);
}

auto pipeline_part(const AgentOptions& o) {
  return std::tie(o.interval_ns, o.flush_interval_ns, o.collection_jitter_ns,
                  o.collection_offset_ns, o.flush_jitter_ns, o.precision_ns, o.metric_batch_size,
                  o.metric_buffer_limit, o.round_interval, o.always_include_local_tags,
                  o.always_include_global_tags);
}

}  // namespace

bool same_values(const Table& a, const Table& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& entry) {
           return std::any_of(b.begin(), b.end(), [&](const auto& other) {
             return other.first == entry.first && same(entry.second, other.second);
           });
         });
}

bool same_agent(const AgentOptions& a, const AgentOptions& b) {
  return pipeline_part(a) == pipeline_part(b);
}

}  // namespace tickwork::host
