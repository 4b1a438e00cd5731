// SPDX-License-Identifier: MIT
#include "module/catalogue.hpp"

#include <fmt/format.h>

#include <chrono>
#include <set>

#include "module/loader.hpp"
#include "module/scan.hpp"
#include "module/tables.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {

struct Catalogue::Shelf {
  ScanResult found;
};

struct Catalogue::Found {
  const ModuleInfo* module;
  const PluginInfo* plugin;
};

struct Catalogue::State {
  mutable std::mutex lock;
  std::shared_ptr<const Shelf> shelf;
  std::vector<std::shared_ptr<const Shelf>> old_shelves;  // others hold pointers into them
  std::map<std::string, const tw_module*> loaded;         // by build
  std::set<std::string> loaded_paths;
  std::vector<LibraryInfo> libraries;
  std::vector<std::string> paths;
  std::string cache_dir, prober;
};

namespace {

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

int64_t loading_time() {
  return std::chrono::nanoseconds{std::chrono::system_clock::now().time_since_epoch()}.count();
}

}  // namespace

Catalogue::Catalogue(std::shared_ptr<const Shelf> shelf) : state_{std::make_shared<State>()} {
  state_->shelf = std::move(shelf);
}

Catalogue Catalogue::scan(const std::vector<std::string>& paths, const std::string& cache_dir,
                          const std::string& prober) {
  Catalogue catalogue{std::make_shared<Shelf>(Shelf{scan_libraries(paths, cache_dir, prober)})};
  catalogue.state_->paths = paths;
  catalogue.state_->cache_dir = cache_dir;
  catalogue.state_->prober = prober;
  return catalogue;
}

Catalogue Catalogue::of(const std::vector<const tw_module*>& modules) {
  auto shelf = std::make_shared<Shelf>();
  std::map<std::string, const tw_module*> loaded;
  for (const auto* module : modules) {
    auto info = read_tables(module);
    if (!info) {
      shelf->found.refusals.push_back({"(in this process)", info.failure().message});
      continue;
    }
    info->file = "(in this process)";
    info->build = fmt::format("{}", static_cast<const void*>(module));
    loaded.emplace(info->build, module);
    shelf->found.modules.push_back(std::move(*info));
  }
  refuse_duplicate_modules(shelf->found);
  Catalogue catalogue{std::move(shelf)};
  catalogue.state_->loaded = std::move(loaded);
  return catalogue;
}

std::string Catalogue::program() const {
  return state_->prober.empty() ? "/proc/self/exe" : state_->prober;
}

void Catalogue::rescan() {
  if (state_->paths.empty()) return;
  auto fresh = std::make_shared<Shelf>(
      Shelf{scan_libraries(state_->paths, state_->cache_dir, state_->prober)});
  const std::lock_guard guard{state_->lock};
  state_->old_shelves.push_back(std::exchange(state_->shelf, std::move(fresh)));
}

const std::vector<std::string>& Catalogue::paths() const { return state_->paths; }

const std::vector<ModuleInfo>& Catalogue::modules() const {
  const std::lock_guard guard{state_->lock};
  return state_->shelf->found.modules;
}

const std::vector<Refusal>& Catalogue::refusals() const {
  const std::lock_guard guard{state_->lock};
  return state_->shelf->found.refusals;
}

Result<Catalogue::Found> Catalogue::look_up(std::string_view id) const {
  const auto colon = id.find(':');
  const auto plugin_id = colon == id.npos ? id : id.substr(colon + 1);
  const auto module_id = colon == id.npos ? std::string_view{} : id.substr(0, colon);
  std::vector<Found> found;
  std::vector<std::string> known;
  for (const auto& module : modules())
    for (const auto& plugin : module.plugins) {
      known.push_back(plugin.id);
      if (plugin.id == plugin_id && (module_id.empty() || module.id == module_id))
        found.push_back({&module, &plugin});
    }
  if (found.size() == 1) return found.front();
  if (found.size() > 1)
    return Failure{
        TW_E_INVALID,
        fmt::format("{} is in {} ({}) and {} ({}); name one as {}:{}", plugin_id,
                    found[0].module->file, found[0].module->version, found[1].module->file,
                    found[1].module->version, found[0].module->id, plugin_id)};
  for (const auto& refusal : refusals())
    if (file_name(refusal.file).starts_with(plugin_id))
      return Failure{TW_E_NOT_FOUND, fmt::format("there is no plugin {}; {} was refused: {}", id,
                                                 refusal.file, refusal.reason)};
  return Failure{TW_E_NOT_FOUND,
                 fmt::format("there is no plugin {}{}", id, did_you_mean(plugin_id, known))};
}

Result<const PluginInfo*> Catalogue::find(std::string_view id) const {
  const auto found = look_up(id);
  if (!found) return found.failure();
  return found->plugin;
}

Result<const ModuleInfo*> Catalogue::find_module(std::string_view id) const {
  const auto found = look_up(id);
  if (!found) return found.failure();
  return found->module;
}

Result<const tw_module*> Catalogue::library(const ModuleInfo& module) {
  const std::lock_guard guard{state_->lock};
  if (const auto known = state_->loaded.find(module.build); known != state_->loaded.end())
    return known->second;
  // The loader would answer with the old library when a path that it knows has a new content.
  const bool first = state_->loaded_paths.insert(module.file).second;
  const auto loaded = first ? load_library(module.file) : load_copy(module.file);
  if (!loaded)
    return Failure{loaded.failure().status, module.file + ": " + loaded.failure().message};
  state_->libraries.push_back({*loaded, module.file, module.id, module.version, module.build,
                               mapped_bytes(*loaded), loading_time()});
  // The file may have changed since the probe.
  if (const auto tables = read_tables(*loaded); !tables)
    return Failure{tables.failure().status, module.file + ": " + tables.failure().message};
  state_->loaded.emplace(module.build, *loaded);
  return *loaded;
}

std::vector<LibraryInfo> Catalogue::libraries() const {
  const std::lock_guard guard{state_->lock};
  std::set<std::string> current;
  for (const auto& module : state_->shelf->found.modules) current.insert(module.build);
  auto all = state_->libraries;
  for (auto& library : all) {
    const auto used = state_->loaded.find(library.build);
    library.superseded = !current.count(library.build) || used == state_->loaded.end() ||
                         used->second != library.tables;
  }
  return all;
}

Result<LoadedPlugin> Catalogue::load(std::string_view id) {
  const auto found = look_up(id);
  if (!found) return found.failure();
  const auto loaded = library(*found->module);
  if (!loaded) return loaded.failure();
  for (const auto* const* plugin = (*loaded)->plugins; *plugin; ++plugin)
    if (found->plugin->id == (*plugin)->id)
      return LoadedPlugin{*loaded, *plugin, found->module->file};
  return Failure{TW_E_NOT_FOUND, fmt::format("{} is no longer in {}", id, found->module->file)};
}

}  // namespace tickwork::host
