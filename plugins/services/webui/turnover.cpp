// SPDX-License-Identifier: MIT
#include "turnover.hpp"

#include <string>
#include <vector>

#include "time_units.hpp"

namespace tickwork::webui {
namespace {

const char* change_name(uint32_t change) {
  switch (change) {
    case TW_CHANGE_ADDED:
      return "added";
    case TW_CHANGE_SET:
      return "set";
    case TW_CHANGE_REMOVED:
      return "removed";
    default:
      return "changed";
  }
}

struct ChangeRows {
  std::vector<std::string> instance, change, detail;
};

void add_change(void* self, const tw_change_info* info) {
  auto& rows = *static_cast<ChangeRows*>(self);
  rows.instance.push_back(string(info->instance));
  rows.change.emplace_back(change_name(info->change));
  rows.detail.push_back(string(info->detail));
}

struct LibraryRows {
  std::vector<std::string> module, version, state, file;
  std::vector<double> instances, bytes, loaded;
};

void add_library(void* self, const tw_library_info* info) {
  auto& rows = *static_cast<LibraryRows*>(self);
  rows.module.push_back(string(info->module));
  rows.version.push_back(string(info->version));
  rows.state.emplace_back(info->flags & TW_LIBRARY_SUPERSEDED ? "superseded" : "current");
  rows.file.push_back(string(info->file));
  rows.instances.push_back(static_cast<double>(info->instances));
  rows.bytes.push_back(static_cast<double>(info->bytes));
  rows.loaded.push_back(static_cast<double>(info->loaded_ns / millisecond));
}

}  // namespace

Frame Turnover::changes() const {
  ChangeRows rows;
  if (const auto* service = host_.service<tw_changes>())
    service->changes(host_.raw(), &rows, add_change);
  Frame frame;
  frame.columns = {texts("instance", std::move(rows.instance)),
                   texts("change", std::move(rows.change)),
                   texts("detail", std::move(rows.detail))};
  return frame;
}

Frame Turnover::libraries() const {
  LibraryRows rows;
  if (const auto* service = host_.service<tw_libraries>())
    service->libraries(host_.raw(), &rows, add_library);
  Frame frame;
  frame.columns = {
      texts("module", std::move(rows.module)),      texts("version", std::move(rows.version)),
      texts("state", std::move(rows.state)),        numbers("instances", std::move(rows.instances)),
      numbers("bytes", std::move(rows.bytes), "B"), numbers("loaded", std::move(rows.loaded)),
      texts("file", std::move(rows.file))};
  return frame;
}

}  // namespace tickwork::webui
