// SPDX-License-Identifier: MIT
#include "cli/instance_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>
#include <vector>

#include "cli/text_table.hpp"
#include "graph/batch.hpp"

namespace tickwork::host {
namespace {

std::string_view state_name(uint32_t state) {
  constexpr std::array<std::string_view, 6> names{"?",       "created", "running",
                                                  "stopped", "failed",  "stuck"};
  return names[state < names.size() ? state : 0];
}

std::vector<std::string> cells_of(const tw_instance_info& info) {
  return {std::string{view(info.name)},    std::string{state_name(info.state)},
          std::string{view(info.version)}, fmt::to_string(info.points_in),
          fmt::to_string(info.points_out), fmt::to_string(info.dropped + info.rejected),
          fmt::to_string(info.errors),     std::string{view(info.error)}};
}

boost::json::object object_of(const tw_instance_info& info) {
  return {{"name", view(info.name)},
          {"plugin", view(info.plugin)},
          {"kind", view(info.kind)},
          {"state", state_name(info.state)},
          {"module", view(info.module)},
          {"version", view(info.version)},
          {"file", view(info.file)},
          {"error", view(info.error)},
          {"error_ns", info.error_ns},
          {"started_ns", info.started_ns},
          {"calls", info.calls},
          {"errors", info.errors},
          {"late", info.late},
          {"points_in", info.points_in},
          {"points_out", info.points_out},
          {"dropped", info.dropped},
          {"filtered", info.filtered},
          {"rejected", info.rejected},
          {"queued", info.queued},
          {"queue_limit", info.queue_limit},
          {"call_ns", info.call_ns},
          {"call_p50_ns", info.call_p50_ns},
          {"call_p99_ns", info.call_p99_ns},
          {"memory", info.memory}};
}

}  // namespace

std::string instance_table(const Graph& graph) {
  std::vector<std::vector<std::string>> rows{
      {"INSTANCE", "STATE", "VERSION", "POINTS IN", "OUT", "LOST", "ERRORS", "LAST ERROR"}};
  graph.visit([&](const tw_instance_info& info) { rows.push_back(cells_of(info)); });
  std::sort(rows.begin() + 1, rows.end());
  return text_table(rows, "<<<>>>><");
}

std::string instance_json(const Graph& graph) {
  std::string text = "[";
  graph.visit([&](const tw_instance_info& info) {
    text += (text.size() > 1 ? ",\n" : "\n") + boost::json::serialize(object_of(info));
  });
  return text + "\n]\n";
}

}  // namespace tickwork::host
