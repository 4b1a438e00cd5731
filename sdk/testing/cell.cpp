// SPDX-License-Identifier: MIT
// One instance's life: create, start, stop, destroy, and every call in between with its error kept.
#include <cstring>
#include <stdexcept>

#include "world.hpp"

namespace tickwork::testing::detail {
namespace {

void host_log(const tw_host* h, int level, tw_str text) {
  World& w = *cell_of(h).world;
  const std::lock_guard hold{w.lock};
  w.log.push_back({level, std::string{view(text)}});
}

int64_t host_now(const tw_host* h) {
  World& w = *cell_of(h).world;
  const std::lock_guard hold{w.lock};
  return w.now;
}

bool host_stopping(const tw_host* h) {
  const Cell& c = cell_of(h);
  const std::lock_guard hold{c.world->lock};
  return c.stopping;
}

const void* host_ext(const tw_host* h, const char* id) {
  return cell_of(h).world->bare || !id ? nullptr : service(id);
}

std::string sentence(tw_status status, const tw_error& error) {
  if (status >= 0 && !error.message[0]) return "";
  return error.message[0] ? std::string{error.message} : status_name(status);
}

}  // namespace

tw_status fail(tw_error* error, tw_status code, std::string_view text) {
  if (!error) return code;
  const size_t n = std::min(text.size(), sizeof error->message - 1);
  error->status = code;
  std::memcpy(error->message, text.data(), n);
  error->message[n] = '\0';
  return code;
}

std::string status_name(tw_status status) {
  switch (status) {
    case TW_OK:
      return "ok";
    case TW_AGAIN:
      return "again";
    case TW_PARTIAL:
      return "partial";
    case TW_DONE:
      return "done";
    case TW_E_INVALID:
      return "invalid";
    case TW_E_IO:
      return "input/output error";
    case TW_E_NOT_FOUND:
      return "not found";
    case TW_E_UNSUPPORTED:
      return "unsupported";
    case TW_E_CANCELLED:
      return "cancelled";
    case TW_E_NOMEM:
      return "out of memory";
    case TW_E_DENIED:
      return "denied";
    case TW_E_INTERNAL:
      return "internal error";
    default:
      return "status " + std::to_string(status);
  }
}

Cell::Cell(std::shared_ptr<World> w, const tw_plugin* p, std::string n)
    : world{std::move(w)}, plugin{p}, name{std::move(n)} {
  host = {sizeof host, TW_ABI_MINOR, name.c_str(), "0.0.0-testing", this,
          host_log,    host_now,     host_now,     host_stopping,   host_ext};
  const std::lock_guard hold{world->lock};
  world->cells.insert(this);
}

Cell::~Cell() {
  destroy();
  const std::lock_guard hold{world->lock};
  world->cells.erase(this);
}

void Cell::create(std::string_view toml) {
  // Options of a format belong to the plugin that names the format: they reach it by
  // TW_MAKE_INHERIT.
  bool formats = false;
  for (const tw_option* o = plugin->options; o && o->key; ++o)
    formats |= std::string_view{o->key} == "data_format";
  Checked checked =
      check_options(plugin->id, plugin->options, toml, [&](std::string_view) { return formats; });
  options = std::move(checked.table);
  if (!checked.error.empty()) {
    status = TW_E_INVALID;
    error = std::move(checked.error);
    return;
  }
  run([&](tw_error* e) { return plugin->create(&host, &options->config, &self, e); });
  if (status >= 0) phase = Phase::created;
}

std::string Cell::run(const std::function<tw_status(tw_error*)>& call) {
  tw_error e{};
  e.size = sizeof e;
  try {
    status = call(&e);
    error = sentence(status, e);
  } catch (const std::exception& thrown) {
    status = TW_E_INTERNAL;
    error = "threw " + std::string{thrown.what()};
  } catch (...) {
    status = TW_E_INTERNAL;
    error = "threw something that is no std::exception";
  }
  return error;
}

std::string Cell::start() {
  if (phase != Phase::created && phase != Phase::stopped) {
    if (error.empty()) error = name + " is not created or stopped";
    return error;
  }
  const Phase before = phase;
  {
    const std::lock_guard hold{world->lock};
    stopping = false;
    phase = Phase::started;  // its threads may emit before start returns
  }
  run([&](tw_error* e) { return plugin->start ? plugin->start(self, e) : TW_OK; });
  if (status >= 0) return error;
  const std::lock_guard hold{world->lock};
  phase = before;
  return error;
}

void Cell::interrupt() {
  if (phase != Phase::started) return;
  {
    const std::lock_guard hold{world->lock};
    if (stopping) return;
    stopping = true;
    std::erase_if(world->timers, [&](const Timer& t) { return t.owner == &host; });
  }
  if (const auto* i = static_cast<const tw_interrupt*>(ext_table(TW_INTERRUPT))) i->wake(self);
}

std::string Cell::stop() {
  if (phase != Phase::started) return name + " is not started";
  interrupt();
  run([&](tw_error* e) { return plugin->stop ? plugin->stop(self, e) : TW_OK; });
  const std::lock_guard hold{world->lock};
  phase = Phase::stopped;
  return error;
}

void Cell::destroy() {
  if (phase == Phase::none) return;
  if (phase == Phase::started) stop();
  plugin->destroy(self);
  phase = Phase::none;
  made.clear();
  const std::lock_guard hold{world->lock};
  std::erase_if(world->watches, [&](const Watch& w) { return w.owner == &host; });
}

const void* Cell::ext_table(std::string_view id) const {
  for (const tw_ext* e = plugin->exts; e && e->id; ++e)
    if (id == e->id) return e->vtable;
  return nullptr;
}

void World::complain(const std::string& text) {
  const std::lock_guard hold{lock};
  complaints.push_back(text);
}

tw_status World::take(const std::string& who, const tw_point* points, size_t n, Points& into) {
  std::function<tw_status(const tw_point*, size_t)> call;
  {
    const std::lock_guard hold{lock};
    if (full) return TW_AGAIN;
    call = hook;
  }
  if (call)
    if (const tw_status s = call(points, n); s != TW_OK) return s;
  tw_status status = TW_OK;
  for (size_t i = 0; i < n; ++i) {
    const std::string why = flaw(points[i]);
    const std::lock_guard hold{lock};
    if (why.empty()) {
      into.add(points[i]);
    } else {
      complaints.push_back(who + ": " + why);
      status = TW_E_INVALID;
    }
  }
  return status;
}

const tw_plugin* World::find_plugin(std::string_view id) const {
  for (const tw_module* m : modules)
    for (const tw_plugin* const* p = m->plugins; p && *p; ++p)
      if (id == (*p)->id) return *p;
  return id == influx_format().id ? &influx_format() : nullptr;
}

}  // namespace tickwork::testing::detail
