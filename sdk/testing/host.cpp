// SPDX-License-Identifier: MIT
// Host: the test's side of the World.
#include <dlfcn.h>

#include <algorithm>
#include <stdexcept>

#include "world.hpp"

namespace tickwork::testing {

using detail::Timer;

Host::Host(std::string_view options, const tw_module& module)
    : world_{std::make_shared<detail::World>()} {
  world_->options = options;
  world_->modules.push_back(&module);
}
Host::Host(Host&&) noexcept = default;
Host::~Host() = default;

Instance Host::create(std::string_view plugin) { return create(plugin, world_->options); }

Instance Host::create(std::string_view plugin, std::string_view options, std::string_view name) {
  const tw_plugin* found = world_->find_plugin(plugin);
  if (!found) throw std::invalid_argument{"no plugin \"" + std::string{plugin} + "\" is linked"};
  auto cell =
      std::make_unique<detail::Cell>(world_, found, std::string{name.empty() ? plugin : name});
  cell->create(options);
  return Instance{std::move(cell)};
}

std::string Host::gather(std::string_view plugin) {
  Instance instance = create(plugin);
  const auto must = [&] {
    if (!instance.error().empty()) throw std::runtime_error{instance.error()};
  };
  must();
  instance.start();
  must();
  std::string text = instance.gather();
  must();
  instance.stop();
  must();
  return text;
}

void Host::add_module(const tw_module& module) { world_->modules.push_back(&module); }

const tw_module& Host::load(const std::string& file) {
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  const void* symbol = library ? dlsym(library, TW_MODULE_SYMBOL_NAME) : nullptr;
  if (!symbol) throw std::runtime_error{dlerror()};
  add_module(*static_cast<const tw_module*>(symbol));
  return *world_->modules.back();
}

int64_t Host::now() const {
  const std::lock_guard hold{world_->lock};
  return world_->now;
}

void Host::set_now(int64_t ns) {
  const std::lock_guard hold{world_->lock};
  world_->now = ns;
}

void Host::advance(std::chrono::nanoseconds by) {
  std::unique_lock hold{world_->lock};
  const int64_t target = world_->now + by.count();
  const auto earlier = [](const Timer& a, const Timer& b) { return a.due < b.due; };
  for (;;) {
    auto& timers = world_->timers;
    const auto next = std::min_element(timers.begin(), timers.end(), earlier);
    if (next == timers.end() || next->due > target) break;
    const Timer due = *next;
    world_->now = std::max(world_->now, due.due);
    if (due.every > 0)
      next->due += due.every;
    else
      timers.erase(next);
    hold.unlock();
    due.fire(due.self);
    hold.lock();
  }
  world_->now = target;
}

std::string Host::emitted() {
  const std::lock_guard hold{world_->lock};
  const Points taken = std::exchange(world_->emitted, Points{});
  return taken.text();
}

bool Host::wait_emitted(size_t count, std::chrono::milliseconds limit) {
  std::unique_lock hold{world_->lock};
  return world_->emitted_more.wait_for(hold, limit,
                                       [&] { return world_->emitted.size() >= count; });
}

void Host::set_full(bool full) {
  const std::lock_guard hold{world_->lock};
  world_->full = full;
}

void Host::on_points(std::function<tw_status(const tw_point*, size_t)> hook) {
  const std::lock_guard hold{world_->lock};
  world_->hook = std::move(hook);
}

std::vector<LogLine> Host::log() const {
  const std::lock_guard hold{world_->lock};
  return world_->log;
}

bool Host::logged(std::string_view part) const {
  const std::vector<LogLine> lines = log();
  return std::any_of(lines.begin(), lines.end(),
                     [&](const LogLine& l) { return l.text.find(part) != std::string::npos; });
}

std::vector<std::string> Host::complaints() const {
  const std::lock_guard hold{world_->lock};
  return world_->complaints;
}

void Host::provide(std::string_view ext, std::string_view name, const void* vtable, void* self) {
  const std::lock_guard hold{world_->lock};
  world_->provided.push_back(
      {std::string{ext}, std::string{name}, {vtable, static_cast<tw_instance*>(self)}});
}

void Host::provide(const char* ext, std::string_view name, const Instance& instance) {
  provide(ext, name, instance.ext<void>(ext), instance.self());
}

std::map<std::string, std::string>& Host::state() { return world_->state; }

void Host::deliver(uint64_t token, tw_status status) {
  std::vector<detail::Watch> watches;
  {
    const std::lock_guard hold{world_->lock};
    watches = world_->watches;
  }
  for (const detail::Watch& w : watches) w.done(w.self, token, status);
}

void Host::set_bare(bool bare) { world_->bare = bare; }

}  // namespace tickwork::testing
