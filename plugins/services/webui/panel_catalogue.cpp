// SPDX-License-Identifier: MIT
// Finds panels in folders and libraries.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "panel.hpp"

namespace tickwork::webui {
namespace {

namespace fs = std::filesystem;

constexpr size_t most_files = 64;
constexpr uintmax_t largest_file = 1 << 20;

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator{folder, ignored})
    if (entry.is_regular_file(ignored) && files.size() < most_files) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Changes when any file does, without reading them.
std::string signature_of(const std::vector<fs::path>& files) {
  std::string out;
  std::error_code ignored;
  for (const fs::path& file : files) {
    out += file.string() + ":" + std::to_string(fs::file_size(file, ignored)) + ":" +
           std::to_string(fs::last_write_time(file, ignored).time_since_epoch().count()) + "\n";
  }
  return out;
}

std::map<std::string, std::string> contents(const fs::path& folder,
                                            const std::vector<fs::path>& files) {
  std::map<std::string, std::string> out;
  std::error_code ignored;
  for (const fs::path& file : files) {
    if (fs::file_size(file, ignored) > largest_file) continue;
    std::ifstream in{file, std::ios::binary};
    out[file.lexically_relative(folder).generic_string()].assign(std::istreambuf_iterator<char>{in},
                                                                 {});
  }
  return out;
}

std::map<std::string, std::string> embedded(const tw_panel& panel) {
  std::map<std::string, std::string> out{{"panel.toml", panel.manifest ? panel.manifest : ""}};
  for (const tw_file* file = panel.files; file && file->path; ++file)
    out[file->path] = std::string{static_cast<const char*>(file->data), file->len};
  return out;
}

}  // namespace

PanelCatalogue::PanelCatalogue(Host host, fs::path bundled, std::vector<fs::path> others,
                               std::set<std::string> trusted)
    : host_{host},
      bundled_{std::move(bundled)},
      others_{std::move(others)},
      trusted_{std::move(trusted)} {}

PanelList PanelCatalogue::list() {
  const std::lock_guard lock{mutex_};
  PanelList found;
  look(bundled_, true, found);
  for (const fs::path& root : others_) look(root, false, found);
  look_in_libraries(found);
  for (const auto& panel : found)
    if (panel->error.empty()) served_[panel->id + "/" + panel->hash] = panel;
  return found;
}

void PanelCatalogue::look(const fs::path& root, bool bundled, PanelList& found) {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{root, ignored})
    if (fs::exists(entry.path() / "panel.toml", ignored)) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  for (const fs::path& folder : folders) {
    const std::vector<fs::path> files = files_in(folder);
    const std::string signature = signature_of(files);
    Seen& seen = seen_[folder.string()];
    if (seen.signature != signature) {
      const PanelSource source{folder.string(), bundled};
      seen.panel = std::make_shared<Panel>(make_panel(source, contents(folder, files), trusted_));
      seen.signature = signature;
      if (!seen.panel->error.empty()) host_.warn("panel left out: " + seen.panel->error);
    }
    found.push_back(seen.panel);
  }
}

// A library that the administrator loads already has the host's rights: its panels run in the page.
void PanelCatalogue::look_in_libraries(PanelList& found) {
  const auto* inspect = host_.service<tw_inspect>();
  if (!inspect) return;
  struct Visit {
    PanelCatalogue* catalogue;
    PanelList* found;
  } visit{this, &found};
  inspect->plugins(host_.raw(), TW_PANEL, &visit, [](void* self, const tw_plugin_info* info) {
    if (!info->vtable) return;
    const auto& [catalogue, list] = *static_cast<Visit*>(self);
    const std::string file = string(info->file);
    Seen& seen = catalogue->seen_[file + "#" + string(info->id)];
    if (!seen.panel) {
      const PanelSource source{file, true};
      auto files = embedded(*static_cast<const tw_panel*>(info->vtable));
      seen.panel =
          std::make_shared<Panel>(make_panel(source, std::move(files), catalogue->trusted_));
    }
    list->push_back(seen.panel);
  });
}

std::shared_ptr<const Panel> PanelCatalogue::find(const std::string& id, const std::string& hash) {
  const auto known = [&]() -> std::shared_ptr<const Panel> {
    const std::lock_guard lock{mutex_};
    const auto entry = served_.find(id + "/" + hash);
    return entry == served_.end() ? nullptr : entry->second;
  };
  if (auto panel = known()) return panel;
  list();
  return known();
}

std::string PanelCatalogue::json() {
  std::string out = "[";
  for (const auto& panel : list()) out += (out.size() > 1 ? "," : "") + panel->json;
  return out + "]";
}

}  // namespace tickwork::webui
