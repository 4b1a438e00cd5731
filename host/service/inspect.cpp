// SPDX-License-Identifier: MIT
// tw.inspect/1.
#include <tickwork/host/inspect.h>
#include <tickwork/kind/memory.h>

#include <algorithm>
#include <map>
#include <vector>

#include "graph/instance.hpp"
#include "graph/output.hpp"
#include "graph/runtime.hpp"
#include "service/table.hpp"

namespace tickwork::host {

namespace {

// "inputs" as the kind of an instance is "input" to whoever looks.
std::string singular(const std::string& kind) {
  const bool plural = kind.size() > 1 && kind.back() == 's';
  return plural ? kind.substr(0, kind.size() - 1) : kind;
}

tw_str text(const char* s) { return borrow(s ? std::string_view{s} : std::string_view{}); }

void fill_counters(tw_instance_info& info, const Meters& meters) {
  info.error_ns = meters.error_ns.load();
  info.started_ns = meters.started_ns.load();
  info.calls = Meters::get(meters.calls);
  info.errors = Meters::get(meters.errors);
  info.late = Meters::get(meters.late);
  info.points_in = Meters::get(meters.points_in);
  info.points_out = Meters::get(meters.points_out);
  info.dropped = Meters::get(meters.dropped);
  info.filtered = Meters::get(meters.filtered);
  info.rejected = Meters::get(meters.rejected);
  info.call_ns = Meters::get(meters.call_ns);
  info.call_p50_ns = meters.durations.quantile(0.5);
  info.call_p99_ns = meters.durations.quantile(0.99);
}

using Visit = void (*)(void*, const tw_instance_info*);

// What the instance says that it holds; 0 if it says nothing or is not started.
uint64_t own_memory(Instance& instance) {
  const auto* table = instance.ext_as<tw_memory>(TW_MEMORY);
  uint64_t bytes = 0;
  if (table && instance.started()) {
    instance.ask([&](tw_instance* self) { bytes = table->bytes(self); });
  }
  return bytes;
}

// edge: of an output. sharers: instances of the same library.
void show(Instance& instance, const Edge* edge, size_t sharers, void* self, Visit visit) {
  const std::string kind = singular(instance.kind());
  const std::string error = instance.last_error();
  const LoadedPlugin& plugin = instance.plugin();
  tw_instance_info info{};
  info.size = sizeof info;
  info.state = std::max<uint32_t>(instance.state(), TW_CREATED);
  info.name = borrow(instance.name());
  info.plugin = text(plugin.plugin->id);
  info.kind = borrow(kind);
  info.module = text(plugin.module->id);
  info.version = text(plugin.module->version);
  info.file = borrow(plugin.file);
  info.error = borrow(error);
  fill_counters(info, instance.meters());
  info.memory =
      own_memory(instance) + instance.runtime().library_pages.resident(plugin.file) / sharers;
  if (edge) {
    info.queued = edge->size();
    info.queue_limit = edge->limit();
    info.memory += edge->bytes();
  }
  visit(self, &info);
}

void instances(const tw_host* host, void* self, Visit visit) {
  visit_instances(Instance::of(host).runtime(), self, visit);
}

const void* vtable_of(const tw_plugin& plugin, std::string_view id) {
  for (const tw_ext* row = plugin.exts; row && row->id; ++row) {
    if (id == row->id) return row->vtable;
  }
  return nullptr;
}

void plugins(const tw_host* host, const char* ext, void* self,
             void (*visit)(void*, const tw_plugin_info*)) {
  Catalogue& catalogue = Instance::of(host).runtime().catalogue;
  for (const ModuleInfo& module : catalogue.modules()) {
    for (const PluginInfo& plugin : module.plugins) {
      const bool has =
          ext && std::find(plugin.exts.begin(), plugin.exts.end(), ext) != plugin.exts.end();
      if (ext && !has) continue;
      const std::string kind = singular(plugin.id.substr(0, plugin.id.find('.')));
      tw_plugin_info info{sizeof info,
                          plugin.flags,
                          borrow(plugin.id),
                          borrow(plugin.summary),
                          borrow(kind),
                          borrow(module.id),
                          borrow(module.version),
                          borrow(module.license),
                          borrow(module.file),
                          nullptr};
      if (has) {
        const auto loaded = catalogue.load(plugin.id);
        if (!loaded) continue;
        info.vtable = vtable_of(*loaded->plugin, ext);
      }
      visit(self, &info);
    }
  }
}

}  // namespace

void visit_instances(const Runtime& runtime, void* self, Visit visit) {
  std::map<const Instance*, std::shared_ptr<Edge>> edges;
  for (const auto& output : runtime.pipeline.stages()->outputs) {
    edges.emplace(output->instance().get(), output->edge());
  }
  std::vector<std::shared_ptr<Instance>> all;
  std::map<std::string, size_t> sharers;
  for (const SlotPtr& slot : runtime.registry.all()) {
    if (auto instance = slot->get()) {
      ++sharers[instance->plugin().file];
      all.push_back(std::move(instance));
    }
  }
  for (const auto& instance : all) {
    const auto edge = edges.find(instance.get());
    show(*instance, edge == edges.end() ? nullptr : edge->second.get(),
         sharers[instance->plugin().file], self, visit);
  }
}

const tw_inspect inspect_service{sizeof(tw_inspect), instances, plugins};

}  // namespace tickwork::host
