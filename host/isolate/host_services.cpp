// SPDX-License-Identifier: MIT
#include "isolate/host_services.hpp"

#include <tickwork/host/delivery.h>
#include <tickwork/host/emit.h>
#include <tickwork/host/state.h>
#include <tickwork/host/timer.h>

#include <array>
#include <utility>
#include <vector>

#include "graph/guard.hpp"
#include "isolate/serve.hpp"
#include "isolate/wire.hpp"

namespace tickwork::host {

namespace {

constexpr size_t most_retired = 1024;
constexpr size_t longest_log = 16 * 1024;
constexpr size_t largest_state = 64 * 1024;

Outcome refused(tw_status status, std::string message = {}) {
  return {status, false, std::move(message), 0, {}};
}

Outcome outcome_of(tw_status status, const tw_error& error) {
  return refused(status, error.message);
}

}  // namespace

void HostServices::told(Unpacker& in) {
  if (in.take<Method>() != Method::log) return;
  in.take<uint32_t>();
  in.take<uint64_t>();
  const auto level = in.take<int32_t>();
  std::string_view text = in.view();
  if (!in.ok()) return;
  text = text.substr(0, longest_log);
  host_->log(host_, level, {text.data(), text.size()});
}

Outcome HostServices::serve(Served& call, const std::shared_ptr<Link>& link) {
  if (call.method() == Method::written) return listeners_.written(call);
  if (call.target() == 0) return serve_host(call, link);
  const auto objects = objects_of(link.get());
  if (call.target() & Objects::mark) return serve_object(call, *objects);
  Ref ref;
  {
    const std::lock_guard held{lock_};
    const auto at = refs_.find(call.target());
    if (at == refs_.end() || at->second.user != link.get()) {
      return refused(TW_E_NOT_FOUND, "no such instance was found");
    }
    ref = at->second;
  }
  const auto ext = [&](const char* id) { return ref.ext == id ? ref.ref.vtable : nullptr; };
  return tickwork::host::serve(call, {ext, ref.ref.self}, *objects);
}

std::shared_ptr<Objects> HostServices::objects_of(const Link* link) {
  const std::lock_guard held{lock_};
  auto& objects = objects_[link];
  if (!objects) objects = std::make_shared<Objects>();
  return objects;
}

Outcome HostServices::serve_host(Served& call, const std::shared_ptr<Link>& link) {
  Unpacker& in = call.in();
  switch (call.method()) {
    case Method::emit:
      return emit(in, link.get());
    case Method::watch:
      return watch(link);
    case Method::state_get:
    case Method::state_put:
    case Method::state_del:
      return state(call.method(), in);
    case Method::timer_set:
      return set_timer(in, link);
    case Method::timer_cancel:
      return cancel_timer(in, link.get());
    case Method::find:
      return find(in, link.get());
    case Method::make:
      return make(in, link.get());
    case Method::drop:
      return drop(in);
    default:
      return refused(TW_E_UNSUPPORTED, "the host does not know this call");
  }
}

Outcome HostServices::emit(Unpacker& in, const Link* link) {
  const auto points = unpack_points(in);
  const auto* emit = ext<tw_emit>(TW_EMIT);
  if (!in.ok() || !emit) return refused(in.ok() ? TW_E_UNSUPPORTED : TW_E_INVALID);
  mark(points, link);
  const tw_status status = emit->emit(host_, points.data(), points.size());
  if (status == TW_AGAIN) unmark(points);
  return refused(status);
}

Outcome HostServices::watch(const std::shared_ptr<Link>& link) {
  const auto* delivery = ext<tw_delivery>(TW_DELIVERY);
  if (!delivery) return refused(TW_E_UNSUPPORTED);
  {
    const std::lock_guard held{lock_};
    watcher_ = link;
  }
  return refused(delivery->watch(host_, this, done));
}

// Equal tokens of one call stay equal.
void HostServices::mark(std::span<tw_point> points, const Link* link) {
  const std::lock_guard held{lock_};
  if (watcher_.lock().get() != link) return;
  std::map<uint64_t, uint64_t> given;
  for (tw_point& point : points) {
    if (point.token == 0) continue;
    uint64_t& token = given[point.token];
    if (token == 0) {
      token = next_token_++;
      tokens_.emplace(token, Token{link, point.token});
    }
    point.token = token;
  }
}

void HostServices::unmark(std::span<const tw_point> points) {
  const std::lock_guard held{lock_};
  for (const tw_point& point : points) tokens_.erase(point.token);
}

void HostServices::done(void* self, uint64_t token, tw_status status) {
  auto& services = *static_cast<HostServices*>(self);
  std::shared_ptr<Link> link;
  Token told{};
  {
    const std::lock_guard held{services.lock_};
    const auto at = services.tokens_.find(token);
    if (at == services.tokens_.end()) return;
    told = at->second;
    services.tokens_.erase(at);
    link = services.watcher_.lock();
  }
  if (!link || link.get() != told.link) return;
  Packer message = request_of(Method::done);
  message.put(told.token);
  message.put(int32_t{status});
  link->channel().tell(message);
}

Outcome HostServices::state(Method method, Unpacker& in) {
  const tw_str key = in.text();
  const tw_str value = method == Method::state_put ? in.text() : tw_str{"", 0};
  const auto* state = ext<tw_state>(TW_STATE);
  if (!in.ok() || !state) return refused(in.ok() ? TW_E_UNSUPPORTED : TW_E_INVALID);
  if (method == Method::state_put) return refused(state->put(host_, key, value));
  if (method == Method::state_del) return refused(state->del(host_, key));
  std::array<char, largest_state> buffer;
  size_t length = 0;
  Outcome outcome = refused(state->get(host_, key, buffer.data(), buffer.size(), &length));
  if (outcome.status >= 0) outcome.bytes.assign(buffer.data(), std::min(length, buffer.size()));
  return outcome;
}

Outcome HostServices::set_timer(Unpacker& in, const std::shared_ptr<Link>& link) {
  const auto key = in.take<uint64_t>();
  const auto delay = in.take<int64_t>();
  const auto every = in.take<int64_t>();
  const auto* service = ext<tw_timer>(TW_TIMER);
  if (!in.ok() || !service) return refused(in.ok() ? TW_E_UNSUPPORTED : TW_E_INVALID);
  auto timer = std::make_shared<Timer>(Timer{this, link, key, 0, every <= 0});
  const std::lock_guard held{lock_};
  const auto [at, fresh] = timers_.emplace(std::pair{link.get(), key}, timer);
  if (!fresh) return refused(TW_E_INVALID);
  return refused(service->set(host_, delay, every, timer.get(), fire, &timer->id));
}

void HostServices::retire(std::shared_ptr<Timer> timer) {
  retired_.push_back(std::move(timer));
  if (retired_.size() > most_retired) retired_.pop_front();
}

Outcome HostServices::cancel_timer(Unpacker& in, const Link* link) {
  const auto key = in.take<uint64_t>();
  uint64_t id = 0;
  {
    const std::lock_guard held{lock_};
    const auto at = timers_.find({link, key});
    if (at == timers_.end()) return {};
    id = at->second->id;
    retire(std::move(at->second));
    timers_.erase(at);
  }
  ext<tw_timer>(TW_TIMER)->cancel(host_, id);
  return {};
}

// In the instance's turn, as the host fires timers.
void HostServices::fire(void* self) {
  auto& timer = *static_cast<Timer*>(self);
  HostServices& services = *timer.services;
  const auto link = timer.link.lock();
  const uint64_t key = timer.key;
  if (timer.once) {
    const std::lock_guard held{services.lock_};
    const auto at = services.timers_.find({link.get(), key});
    if (at != services.timers_.end()) {
      services.retire(std::move(at->second));
      services.timers_.erase(at);
    }
  }
  if (!link || !link->alive()) return;
  Packer request = services.instance_.request(Method::fire);
  request.put(key);
  services.instance_.call(request, nullptr);
}

uint64_t HostServices::keep(Ref ref) {
  const std::lock_guard held{lock_};
  refs_.emplace(next_ref_, std::move(ref));
  return next_ref_++;
}

Outcome HostServices::find(Unpacker& in, const Link* link) {
  const std::string wanted{in.view()};
  const tw_str name = in.text();
  const auto* services = ext<tw_services>(TW_SERVICES);
  if (!in.ok() || !services) return refused(in.ok() ? TW_E_UNSUPPORTED : TW_E_INVALID);
  // As if nobody offered it: who can do without goes on.
  if (!stand_in(wanted)) {
    return refused(TW_E_NOT_FOUND, wanted + " cannot be used by an isolated instance");
  }
  tw_error error = empty_error();
  tw_ref ref{};
  const tw_status status = services->find(host_, wanted.c_str(), name, &ref, &error);
  Outcome outcome = outcome_of(status, error);
  if (status >= 0) outcome.value = keep({wanted, ref, false, link});
  return outcome;
}

Outcome HostServices::make(Unpacker& in, const Link* link) {
  const UnpackedMaking wanted = unpack_making(in);
  const auto* instances = ext<tw_instances>(TW_INSTANCES);
  if (!in.ok() || !instances) return refused(in.ok() ? TW_E_UNSUPPORTED : TW_E_INVALID);
  const std::string id{wanted.making.ext};
  if (!stand_in(id)) {
    return refused(TW_E_UNSUPPORTED, id + " cannot be used by an isolated instance");
  }
  tw_error error = empty_error();
  tw_ref ref{};
  const tw_status status = instances->make(host_, &wanted.making, &ref, &error);
  Outcome outcome = outcome_of(status, error);
  if (status >= 0) outcome.value = keep({id, ref, true, link});
  return outcome;
}

Outcome HostServices::drop(Unpacker& in) {
  const auto key = in.take<uint64_t>();
  tw_ref ref{};
  {
    const std::lock_guard held{lock_};
    const auto at = refs_.find(key);
    if (at == refs_.end() || !at->second.made) return refused(TW_E_NOT_FOUND);
    ref = at->second.ref;
    refs_.erase(at);
  }
  ext<tw_instances>(TW_INSTANCES)->drop(host_, &ref);
  return {};
}

void HostServices::forget(const Link& link) {
  std::vector<uint64_t> timers;
  std::vector<tw_ref> made;
  std::shared_ptr<Objects> objects;
  {
    const std::lock_guard held{lock_};
    objects = std::move(objects_[&link]);
    objects_.erase(&link);
    for (auto& [key, timer] : timers_) {
      if (key.first != &link) continue;
      timers.push_back(timer->id);
      retire(timer);
    }
    std::erase_if(timers_, [&](const auto& each) { return each.first.first == &link; });
    for (const auto& [key, ref] : refs_) {
      if (ref.user == &link && ref.made) made.push_back(ref.ref);
    }
    std::erase_if(refs_, [&](const auto& each) { return each.second.user == &link; });
    std::erase_if(tokens_, [&](const auto& each) { return each.second.link == &link; });
  }
  if (objects) objects->clear();
  for (const uint64_t id : timers) ext<tw_timer>(TW_TIMER)->cancel(host_, id);
  for (const tw_ref& ref : made) ext<tw_instances>(TW_INSTANCES)->drop(host_, &ref);
}

}  // namespace tickwork::host
