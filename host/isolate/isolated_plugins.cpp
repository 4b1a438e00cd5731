// SPDX-License-Identifier: MIT
#include "isolate/isolated_plugins.hpp"

#include <tickwork/kind/memory.h>

#include <vector>

#include "graph/instance.hpp"
#include "isolate/remote.hpp"
#include "isolate/stand_in_data.hpp"
#include "module/held_file.hpp"

namespace tickwork::host {

namespace {

Remote& remote(tw_instance* self) { return static_cast<Remote&>(Callee::of(self)); }

// Once: who found the engine may be looking at it.
void tell_language(const RemotePlugin& plugin, const std::string& language) {
  QueryTable* query = plugin.query;
  if (!query) return;
  std::call_once(query->told, [&] {
    query->language = language;
    query->vtable.language = query->language.c_str();
  });
}

tw_status create(const tw_host* host, const tw_config* config, tw_instance** self,
                 tw_error* error) {
  Remote& made = *Instance::of(host).remote();
  *self = made.as_instance();
  const tw_status status = made.create(host, config, error);
  if (status >= 0) tell_language(*Instance::of(host).plugin().remote, made.language());
  return status;
}
tw_status start(tw_instance* self, tw_error* error) { return remote(self).start(error); }
tw_status stop(tw_instance* self, tw_error* error) { return remote(self).stop(error); }
void destroy(tw_instance* self) { remote(self).destroy(); }

// The kernel knows better than the plugin, and without asking it.
constexpr tw_memory process_memory{sizeof process_memory,
                                   [](tw_instance* self) { return remote(self).memory(); }};

constexpr tw_option no_options[] = {{nullptr, 0, 0, nullptr, nullptr}};

}  // namespace

struct IsolatedPlugins::Tables {
  std::string id, summary, module_id, version, license;
  HeldFile file;
  RemotePlugin remote;
  QueryTable query;
  std::vector<tw_ext> exts;
  tw_plugin plugin{};
  const tw_plugin* plugins[2]{};
  tw_module module{};

  Tables(const ModuleInfo& from, const PluginInfo& info)
      : id{info.id},
        summary{info.summary},
        module_id{from.id},
        version{from.version},
        license{from.license},
        file{from.file, from.build},
        remote{from.file, info.id, info.exts, nullptr, file.descriptor()} {
    for (const std::string& ext : remote.exts) {
      const void* vtable = stand_in(ext);
      if (ext == TW_QUERY) {
        query.vtable = query_stand_in;
        remote.query = &query;
        vtable = &query.vtable;
      }
      if (vtable) exts.push_back({ext.c_str(), vtable});
    }
    exts.push_back({TW_MEMORY, &process_memory});
    exts.push_back({nullptr, nullptr});
    plugin = {sizeof plugin, info.flags, id.c_str(), summary.c_str(), no_options, exts.data(),
              create,        start,      stop,       destroy};
    plugins[0] = &plugin;
    module = {sizeof module,   TW_ABI_MINOR,    0,      module_id.c_str(),
              version.c_str(), license.c_str(), plugins};
  }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
};

IsolatedPlugins::IsolatedPlugins() = default;
IsolatedPlugins::~IsolatedPlugins() = default;

LoadedPlugin IsolatedPlugins::get(const ModuleInfo& module, const PluginInfo& plugin) {
  const std::lock_guard held{lock_};
  auto& tables = tables_[module.file + '\n' + module.build + '\n' + plugin.id];
  if (!tables) tables = std::make_unique<Tables>(module, plugin);
  return {&tables->module, &tables->plugin, module.file, &tables->remote};
}

}  // namespace tickwork::host
