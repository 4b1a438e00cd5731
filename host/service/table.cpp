// SPDX-License-Identifier: MIT
#include "service/table.hpp"

#include <cstring>

#include "graph/batch.hpp"
#include "graph/entrance.hpp"
#include "graph/instance.hpp"
#include "graph/runtime.hpp"

namespace tickwork::host {

namespace {

void log(const tw_host* host, int level, tw_str text) { Instance::of(host).log(level, view(text)); }
int64_t now(const tw_host*) { return wall_now(); }
int64_t ticks(const tw_host*) { return monotonic_now(); }
bool stopping(const tw_host* host) { return Instance::of(host).stopping(); }

constexpr tw_ext services[] = {{TW_EMIT, &emit_service},         {TW_DELIVERY, &delivery_service},
                               {TW_STATE, &state_service},       {TW_TIMER, &timer_service},
                               {TW_SERVICES, &services_service}, {TW_INSTANCES, &instances_service},
                               {TW_INSPECT, &inspect_service}};

const void* ext(const tw_host* host, const char* id) {
  if (std::strcmp(id, TW_EMIT) == 0) Instance::of(host).note_emits();
  for (const tw_ext& service : services) {
    if (std::strcmp(service.id, id) == 0) return service.vtable;
  }
  return nullptr;
}

tw_status emit(const tw_host* host, const tw_point* points, size_t n) {
  Instance& instance = Instance::of(host);
  if (!instance.entrance) return TW_E_UNSUPPORTED;
  return instance.entrance->emit({points, n});
}

tw_status watch(const tw_host* host, void* self, void (*done)(void*, uint64_t, tw_status)) {
  Instance::of(host).watcher()->watch(self, done);
  return TW_OK;
}

tw_status get(const tw_host* host, tw_str key, void* buf, size_t cap, size_t* len) {
  const Instance& instance = Instance::of(host);
  const auto value = instance.runtime().state.get(instance.name(), view(key));
  if (!value) return value.failure().status;
  if (!*value) return TW_E_NOT_FOUND;
  const std::string& bytes = **value;
  if (len) *len = bytes.size();
  if (cap > 0) std::memcpy(buf, bytes.data(), std::min(cap, bytes.size()));
  return TW_OK;
}

tw_status outcome(const Instance& instance, const Done& done) {
  if (done) return TW_OK;
  instance.log(TW_LOG_ERROR, done.failure().message);
  return done.failure().status;
}

tw_status put(const tw_host* host, tw_str key, tw_str value) {
  const Instance& instance = Instance::of(host);
  return outcome(instance, instance.runtime().state.put(instance.name(), view(key), view(value)));
}

tw_status del(const tw_host* host, tw_str key) {
  const Instance& instance = Instance::of(host);
  return outcome(instance, instance.runtime().state.del(instance.name(), view(key)));
}

}  // namespace

const tw_emit emit_service{sizeof(tw_emit), emit};
const tw_delivery delivery_service{sizeof(tw_delivery), watch};
const tw_state state_service{sizeof(tw_state), get, put, del};

void fill_host_table(tw_host& table, Instance& instance) {
  table = {sizeof(tw_host),
           TW_ABI_MINOR,
           instance.name().c_str(),
           TICKWORK_VERSION,
           &instance,
           log,
           now,
           ticks,
           stopping,
           ext};
}

}  // namespace tickwork::host
