// SPDX-License-Identifier: MIT
#include "cli/library_list.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/text_table.hpp"
#include "graph/batch.hpp"
#include "text/time_zone.hpp"

namespace tickwork::host {
namespace {

std::string_view state_of(const tw_library_info& info) {
  return info.flags & TW_LIBRARY_SUPERSEDED ? "superseded" : "current";
}

boost::json::object object_of(const tw_library_info& info) {
  return {{"module", view(info.module)}, {"version", view(info.version)},
          {"state", state_of(info)},     {"instances", info.instances},
          {"bytes", info.bytes},         {"loaded_ns", info.loaded_ns},
          {"file", view(info.file)}};
}

bool was_superseded(const std::vector<LibraryInfo>& before, const LibraryInfo& library) {
  for (const auto& each : before)
    if (each.tables == library.tables) return each.superseded;
  return false;
}

}  // namespace

std::string library_table(const Graph& graph) {
  std::vector<std::vector<std::string>> rows{
      {"LIBRARY", "VERSION", "STATE", "INSTANCES", "BYTES", "SINCE", "FILE"}};
  graph.visit_libraries([&](const tw_library_info& info) {
    rows.push_back({std::string{view(info.module)}, std::string{view(info.version)},
                    std::string{state_of(info)}, fmt::to_string(info.instances),
                    fmt::to_string(info.bytes), zoned_time(info.loaded_ns),
                    std::string{view(info.file)}});
  });
  return text_table(rows, "<<<>><<");
}

std::string library_json(const Graph& graph) {
  std::string text = "[";
  graph.visit_libraries([&](const tw_library_info& info) {
    text += (text.size() > 1 ? ",\n" : "\n") + boost::json::serialize(object_of(info));
  });
  return text + "\n]\n";
}

std::vector<std::string> superseded_lines(const std::vector<LibraryInfo>& before,
                                          const std::vector<LibraryInfo>& after) {
  std::vector<std::string> lines;
  size_t count = 0;
  uint64_t bytes = 0;
  for (const LibraryInfo& library : after) {
    if (!library.superseded) continue;
    ++count;
    bytes += library.bytes;
    if (was_superseded(before, library)) continue;
    lines.push_back(fmt::format("{} {} of {}, loaded {}, is superseded; its {} bytes stay mapped",
                                library.module, library.version, library.file,
                                zoned_time(library.loaded_ns), library.bytes));
  }
  if (!lines.empty() && count > lines.size())
    lines.push_back(fmt::format("{} superseded libraries, {} bytes in all", count, bytes));
  return lines;
}

}  // namespace tickwork::host
