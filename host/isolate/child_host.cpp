// SPDX-License-Identifier: MIT
#include "isolate/child_host.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "graph/guard.hpp"
#include "graph/runtime.hpp"
#include "isolate/callee.hpp"
#include "isolate/image.hpp"
#include "isolate/wire.hpp"

namespace tickwork::host {

// An instance of the host's that the plugin found or made.
class HostInstance final : public Callee {
 public:
  HostInstance(Channel& channel, Listeners& listeners, uint64_t target)
      : Callee{target}, channel_{channel}, listeners_{listeners}, key_{target} {}
  uint64_t key() const { return key_; }
  std::unique_ptr<Callee> object(uint64_t target) override {
    return std::make_unique<HostInstance>(channel_, listeners_, target);
  }

 private:
  Answer send(const Packer& request, const TakePart& take) override {
    return channel_.call(request, take);
  }
  Listeners& listeners() override { return listeners_; }

  Channel& channel_;
  Listeners& listeners_;
  const uint64_t key_;
};

namespace {

ChildHost& of(const tw_host* host) { return ChildHost::of(host); }

tw_status emit(const tw_host* host, const tw_point* points, size_t n) {
  return of(host).emit(points, n);
}

tw_status watch(const tw_host* host, void* self, void (*done)(void*, uint64_t, tw_status)) {
  return of(host).watch(self, done);
}

tw_status get(const tw_host* host, tw_str key, void* buf, size_t cap, size_t* len) {
  Packer request = request_of(Method::state_get);
  request.text(key);
  const Answer answer = of(host).ask(request);
  if (answer.status < 0) return answer.status;
  if (len) *len = answer.bytes.len;
  if (cap > 0) std::memcpy(buf, answer.bytes.data, std::min(cap, answer.bytes.len));
  return answer.status;
}

tw_status put(const tw_host* host, tw_str key, tw_str value) {
  Packer request = request_of(Method::state_put);
  request.text(key);
  request.text(value);
  return of(host).ask(request).status;
}

tw_status del(const tw_host* host, tw_str key) {
  Packer request = request_of(Method::state_del);
  request.text(key);
  return of(host).ask(request).status;
}

tw_status set(const tw_host* host, int64_t delay_ns, int64_t every_ns, void* self,
              void (*fire)(void*), uint64_t* id) {
  return of(host).set_timer(delay_ns, every_ns, self, fire, id);
}

void cancel(const tw_host* host, uint64_t id) { of(host).cancel_timer(id); }

tw_status find(const tw_host* host, const char* ext, tw_str name, tw_ref* ref, tw_error* error) {
  Packer request = request_of(Method::find);
  request.text(ext);
  request.text(name);
  return of(host).hand_out(of(host).ask(request), ext, ref, error);
}

tw_status make(const tw_host* host, const tw_making* making, tw_ref* ref, tw_error* error) {
  Packer request = request_of(Method::make);
  pack_making(request, *making);
  return of(host).hand_out(of(host).ask(request), making->ext, ref, error);
}

void drop(const tw_host* host, const tw_ref* ref) { of(host).drop(*ref); }

constexpr tw_emit emit_table{sizeof emit_table, emit};
constexpr tw_delivery delivery_table{sizeof delivery_table, watch};
constexpr tw_state state_table{sizeof state_table, get, put, del};
constexpr tw_timer timer_table{sizeof timer_table, set, cancel};
constexpr tw_services services_table{sizeof services_table, find};
constexpr tw_instances instances_table{sizeof instances_table, make, drop};

constexpr tw_ext services[] = {{TW_EMIT, &emit_table},         {TW_DELIVERY, &delivery_table},
                               {TW_STATE, &state_table},       {TW_TIMER, &timer_table},
                               {TW_SERVICES, &services_table}, {TW_INSTANCES, &instances_table}};

const void* ext(const tw_host*, const char* id) {
  for (const tw_ext& service : services) {
    if (std::strcmp(service.id, id) == 0) return service.vtable;
  }
  return nullptr;
}

}  // namespace

ChildHost::ChildHost(Channel& channel) : channel_{channel} {
  table_ = {sizeof table_,
            TW_ABI_MINOR,
            "",
            "",
            this,
            [](const tw_host* host, int level, tw_str text) { of(host).log(level, text); },
            [](const tw_host*) { return wall_now(); },
            [](const tw_host*) { return monotonic_now(); },
            [](const tw_host* host) { return of(host).stopping_.load(); },
            ext};
}

ChildHost::~ChildHost() = default;

void ChildHost::introduce(std::string name, std::string version) {
  name_ = std::move(name);
  version_ = std::move(version);
  table_.name = name_.c_str();
  table_.version = version_.c_str();
}

void ChildHost::log(int level, tw_str text) {
  Packer message = request_of(Method::log);
  message.put(int32_t{level});
  message.text(text);
  channel_.tell(message);
}

tw_status ChildHost::emit(const tw_point* points, size_t n) {
  Packer request = request_of(Method::emit);
  pack_points(request, {points, n});
  return channel_.call(request).status;
}

tw_status ChildHost::watch(void* self, void (*told)(void*, uint64_t, tw_status)) {
  {
    const std::unique_lock held{watch_lock_};
    watcher_ = self;
    told_ = told;
  }
  return channel_.call(request_of(Method::watch)).status;
}

void ChildHost::done(uint64_t token, tw_status status) {
  const std::shared_lock held{watch_lock_};
  if (told_) told_(watcher_, token, status);
}

void ChildHost::close_watch() {
  const std::unique_lock held{watch_lock_};
  told_ = nullptr;
}

tw_status ChildHost::set_timer(int64_t delay_ns, int64_t every_ns, void* self, void (*call)(void*),
                               uint64_t* id) {
  uint64_t key = 0;
  {
    const std::lock_guard held{lock_};
    key = next_timer_++;
    timers_.emplace(key, Timer{self, call, every_ns <= 0});
  }
  Packer request = request_of(Method::timer_set);
  request.put(key);
  request.put(delay_ns);
  request.put(every_ns);
  const tw_status status = channel_.call(request).status;
  if (id) *id = key;
  if (status >= 0) return status;
  const std::lock_guard held{lock_};
  timers_.erase(key);
  return status;
}

// The plugin's own table decides, so nothing fires once this returned within a [work] call.
void ChildHost::cancel_timer(uint64_t id) {
  {
    const std::lock_guard held{lock_};
    if (timers_.erase(id) == 0) return;
  }
  Packer request = request_of(Method::timer_cancel);
  request.put(id);
  channel_.call(request);
}

Outcome ChildHost::fire(uint64_t key) {
  Timer timer{};
  {
    const std::lock_guard held{lock_};
    const auto at = timers_.find(key);
    if (at == timers_.end()) return {};
    timer = at->second;
    if (timer.once) timers_.erase(at);
  }
  tw_error error = empty_error();
  Outcome outcome;
  outcome.status = guarded(&error, outcome.threw, [&] {
    timer.call(timer.self);
    return TW_OK;
  });
  outcome.message = error.message;
  return outcome;
}

tw_status ChildHost::hand_out(const Answer& answer, const char* ext, tw_ref* ref, tw_error* error) {
  if (answer.status < 0) return fail(error, answer.status, answer.message);
  auto found = std::make_unique<HostInstance>(channel_, listeners_, answer.value);
  *ref = {stand_in(ext), found->as_instance()};
  const std::lock_guard held{lock_};
  instances_.emplace(ref->self, std::move(found));
  return answer.status;
}

void ChildHost::drop(const tw_ref& ref) {
  std::unique_ptr<HostInstance> dropped;
  {
    const std::lock_guard held{lock_};
    const auto at = instances_.find(ref.self);
    if (at == instances_.end()) return;
    dropped = std::move(at->second);
    instances_.erase(at);
  }
  Packer request = request_of(Method::drop);
  request.put(dropped->key());
  channel_.call(request);
}

}  // namespace tickwork::host
