// SPDX-License-Identifier: MIT
#include "graph/registry.hpp"

#include <algorithm>

#include "graph/instance.hpp"

namespace tickwork::host {

namespace {

bool is_called(const Instance& instance, std::string_view name) {
  return instance.name() == name || instance.config().host.alias == name ||
         instance.plugin().plugin->id == name;
}

std::string listing(const std::vector<SlotPtr>& slots) {
  std::string names;
  for (const SlotPtr& slot : slots) names += (names.empty() ? "" : ", ") + slot->name();
  return names;
}

}  // namespace

std::shared_ptr<Instance> Slot::get() const {
  const std::lock_guard held{lock_};
  return instance_;
}

void Slot::set(std::shared_ptr<Instance> instance) {
  const std::lock_guard held{lock_};
  instance_.swap(instance);
  first_start_.reset();
}

bool Slot::start_tried() const {
  const std::lock_guard held{lock_};
  return first_start_.has_value();
}

Done Slot::start_once() {
  const std::lock_guard once{starting_};
  const auto instance = get();
  if (!instance) return Failure{TW_E_NOT_FOUND, name_ + " is gone"};
  {
    const std::lock_guard held{lock_};
    if (first_start_) return *first_start_;
  }
  const Done started = instance->start();
  const std::lock_guard held{lock_};
  first_start_ = started;
  return started;
}

SlotPtr Registry::add(const std::shared_ptr<Instance>& instance, bool made) {
  auto slot = std::make_shared<Slot>(instance->name(), made);
  slot->set(instance);
  instance->slot = slot;
  const std::lock_guard held{lock_};
  slots_.push_back(slot);
  return slot;
}

void Registry::remove(const SlotPtr& slot) {
  slot->set(nullptr);
  const std::lock_guard held{lock_};
  std::erase(slots_, slot);
  std::erase(started_, slot);
  uses_.erase(slot.get());
  for (auto& [caller, callees] : uses_) callees.erase(slot.get());
}

void Registry::clear() {
  for (const SlotPtr& slot : all()) remove(slot);
}

std::vector<SlotPtr> Registry::all() const {
  const std::lock_guard held{lock_};
  return slots_;
}

Result<SlotPtr> Registry::find(const SlotPtr& finder, std::string_view ext, std::string_view name) {
  std::vector<SlotPtr> offering, called;
  for (const SlotPtr& slot : all()) {
    const auto instance = slot->get();
    if (!instance || slot->made() || slot == finder || !instance->ext(ext)) continue;
    offering.push_back(slot);
    if (name.empty() || is_called(*instance, name)) called.push_back(slot);
  }
  const std::string what =
      std::string{ext} + (name.empty() ? "" : " named \"" + std::string{name} + "\"");
  if (called.empty()) {
    return Failure{TW_E_NOT_FOUND, "no instance offers " + what +
                                       (offering.empty() ? std::string{"; none is configured"}
                                                         : "; there is " + listing(offering))};
  }
  if (called.size() > 1) {
    return Failure{TW_E_INVALID, std::to_string(called.size()) + " instances offer " + what + " (" +
                                     listing(called) + "); give one an alias and name it"};
  }
  const SlotPtr callee = called.front();
  const std::lock_guard held{lock_};
  if (finder && leads_to(callee.get(), finder.get())) {
    return Failure{TW_E_INVALID,
                   finder->name() + " and " + callee->name() + " wait for each other"};
  }
  if (finder) uses_[finder.get()].insert(callee.get());
  return callee;
}

void Registry::use(const SlotPtr& caller, const SlotPtr& callee) {
  const std::lock_guard held{lock_};
  uses_[caller.get()].insert(callee.get());
}

bool Registry::leads_to(const Slot* from, const Slot* to) const {
  if (from == to) return true;
  const auto at = uses_.find(from);
  return at != uses_.end() && std::any_of(at->second.begin(), at->second.end(),
                                          [&](const Slot* next) { return leads_to(next, to); });
}

std::vector<SlotPtr> Registry::callees_first(const SlotPtr& slot) const {
  const std::lock_guard held{lock_};
  std::vector<SlotPtr> order;
  for (const SlotPtr& other : slots_) {
    if (other != slot && leads_to(slot.get(), other.get())) order.push_back(other);
  }
  // A callee's own callees come first: sort by "leads to" in insertion steps, the lists are short.
  std::vector<SlotPtr> sorted;
  for (const SlotPtr& each : order) {
    const auto before = std::find_if(sorted.begin(), sorted.end(), [&](const SlotPtr& placed) {
      return leads_to(placed.get(), each.get());
    });
    sorted.insert(before, each);
  }
  sorted.push_back(slot);
  return sorted;
}

std::vector<SlotPtr> Registry::users_of(const SlotPtr& slot) const {
  const std::lock_guard held{lock_};
  std::vector<SlotPtr> users;
  for (const SlotPtr& other : slots_) {
    const auto at = uses_.find(other.get());
    if (at != uses_.end() && at->second.count(slot.get())) users.push_back(other);
  }
  return users;
}

void Registry::begin_starting() {
  const std::lock_guard held{lock_};
  starting_ = true;
}

bool Registry::starting() const {
  const std::lock_guard held{lock_};
  return starting_;
}

void Registry::note_started(const SlotPtr& slot) {
  const std::lock_guard held{lock_};
  std::erase(started_, slot);
  started_.push_back(slot);
}

std::vector<SlotPtr> Registry::start_order() const {
  const std::lock_guard held{lock_};
  std::vector<SlotPtr> order;
  for (const SlotPtr& slot : started_) {
    const auto user = std::find_if(order.begin(), order.end(), [&](const SlotPtr& placed) {
      return leads_to(placed.get(), slot.get());
    });
    order.insert(user, slot);
  }
  return order;
}

}  // namespace tickwork::host
