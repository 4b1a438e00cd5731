// SPDX-License-Identifier: MIT
// The fake host's services: emit, state, timers, delivery, inspection.
#include <algorithm>
#include <cstring>

#include "services.hpp"

namespace tickwork::testing::detail {
namespace {

World& world(const tw_host* h) { return *cell_of(h).world; }

tw_status emit(const tw_host* h, const tw_point* points, size_t n) {
  Cell& c = cell_of(h);
  World& w = *c.world;
  {
    const std::lock_guard hold{w.lock};
    if (c.phase != Phase::started) {
      w.complaints.push_back(c.name + " emitted while it was not started");
      return TW_E_CANCELLED;
    }
  }
  const tw_status status = w.take(c.name, points, n, w.emitted);
  w.emitted_more.notify_all();
  return status;
}

tw_status state_get(const tw_host* h, tw_str key, void* buf, size_t cap, size_t* len) {
  World& w = world(h);
  const std::lock_guard hold{w.lock};
  const auto found = w.state.find(std::string{view(key)});
  if (found == w.state.end()) return TW_E_NOT_FOUND;
  *len = found->second.size();
  if (const size_t n = std::min(cap, *len)) std::memcpy(buf, found->second.data(), n);
  return TW_OK;
}

tw_status state_put(const tw_host* h, tw_str key, tw_str value) {
  World& w = world(h);
  if (value.len > 65536) return TW_E_INVALID;
  const std::lock_guard hold{w.lock};
  w.state[std::string{view(key)}] = view(value);
  return TW_OK;
}

tw_status state_del(const tw_host* h, tw_str key) {
  World& w = world(h);
  const std::lock_guard hold{w.lock};
  return w.state.erase(std::string{view(key)}) ? TW_OK : TW_E_NOT_FOUND;
}

tw_status timer_set(const tw_host* h, int64_t delay, int64_t every, void* self, void (*fire)(void*),
                    uint64_t* id) {
  World& w = world(h);
  const std::lock_guard hold{w.lock};
  const uint64_t mine = w.next_timer++;
  w.timers.push_back({mine, h, w.now + std::max<int64_t>(delay, 0), every, self, fire});
  if (id) *id = mine;
  return TW_OK;
}

void timer_cancel(const tw_host* h, uint64_t id) {
  World& w = world(h);
  const std::lock_guard hold{w.lock};
  std::erase_if(w.timers, [&](const Timer& t) { return t.id == id && t.owner == h; });
}

tw_status watch(const tw_host* h, void* self, void (*done)(void*, uint64_t, tw_status)) {
  World& w = world(h);
  const std::lock_guard hold{w.lock};
  w.watches.push_back({h, self, done});
  return TW_OK;
}

uint32_t state_of(Phase p) {
  return p == Phase::started ? TW_STARTED : p == Phase::stopped ? TW_STOPPED : TW_CREATED;
}

void instances(const tw_host* h, void* self, void (*visit)(void*, const tw_instance_info*)) {
  World& w = world(h);
  std::vector<const Cell*> cells;
  {
    const std::lock_guard hold{w.lock};
    cells.assign(w.cells.begin(), w.cells.end());
  }
  for (const Cell* c : cells) {
    tw_instance_info info{};
    info.size = sizeof info;
    info.state = state_of(c->phase);
    info.name = str(c->name);
    info.plugin = str(c->plugin->id);
    info.error = str(c->error);
    visit(self, &info);
  }
}

const void* table_of(const tw_plugin& p, const char* ext) {
  for (const tw_ext* e = p.exts; e && e->id; ++e)
    if (std::string_view{e->id} == ext) return e->vtable;
  return nullptr;
}

void plugins(const tw_host* h, const char* ext, void* self,
             void (*visit)(void*, const tw_plugin_info*)) {
  for (const tw_module* m : world(h).modules)
    for (const tw_plugin* const* p = m->plugins; p && *p; ++p) {
      tw_plugin_info info{};
      info.size = sizeof info;
      info.flags = (*p)->flags;
      info.id = str((*p)->id);
      info.summary = str((*p)->summary);
      info.module = str(m->id);
      info.version = str(m->version);
      info.license = str(m->license);
      info.vtable = ext ? table_of(**p, ext) : nullptr;
      if (!ext || info.vtable) visit(self, &info);
    }
}

constexpr tw_emit emit_table{sizeof(tw_emit), emit};
constexpr tw_state state_table{sizeof(tw_state), state_get, state_put, state_del};
constexpr tw_timer timer_table{sizeof(tw_timer), timer_set, timer_cancel};
constexpr tw_delivery delivery_table{sizeof(tw_delivery), watch};
constexpr tw_inspect inspect_table{sizeof(tw_inspect), instances, plugins};

}  // namespace

const void* service(std::string_view id) {
  if (id == TW_EMIT) return &emit_table;
  if (id == TW_STATE) return &state_table;
  if (id == TW_TIMER) return &timer_table;
  if (id == TW_DELIVERY) return &delivery_table;
  if (id == TW_INSPECT) return &inspect_table;
  if (id == TW_SERVICES) return &services_table();
  if (id == TW_INSTANCES) return &instances_table();
  return nullptr;
}

}  // namespace tickwork::testing::detail
