// SPDX-License-Identifier: MIT
// The instances by name, and who found whom. A slot is an instance's place: it stays when the
// instance is replaced, so that proxies stay valid. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace tickwork::host {

class Instance;

class Slot {
 public:
  Slot(std::string name, bool made) : name_{std::move(name)}, made_{made} {}

  const std::string& name() const { return name_; }
  bool made() const { return made_; }  // on demand: private to its maker

  std::shared_ptr<Instance> get() const;
  void set(std::shared_ptr<Instance> instance);  // also replaces; forgets the first start

  // Starts the instance at the first call; later calls give the first answer.
  Done start_once();
  bool start_tried() const;

 private:
  const std::string name_;
  const bool made_;
  mutable std::mutex lock_;
  std::mutex starting_;
  std::shared_ptr<Instance> instance_;
  std::optional<Done> first_start_;
};

using SlotPtr = std::shared_ptr<Slot>;

class Registry {
 public:
  SlotPtr add(const std::shared_ptr<Instance>& instance, bool made = false);
  void remove(const SlotPtr& slot);
  void clear();

  // The configured instance with the extension and the name (its own, its alias or its plugin's id;
  // empty: the only one). Remembers that finder uses it; a cycle of uses is refused.
  Result<SlotPtr> find(const SlotPtr& finder, std::string_view ext, std::string_view name);
  void use(const SlotPtr& caller, const SlotPtr& callee);

  std::vector<SlotPtr> all() const;  // in the order of add
  // Whom it found, and theirs, callees before callers; itself last.
  std::vector<SlotPtr> callees_first(const SlotPtr& slot) const;
  // Who found it, directly.
  std::vector<SlotPtr> users_of(const SlotPtr& slot) const;

  // From now on find starts what it finds.
  void begin_starting();
  bool starting() const;
  void note_started(const SlotPtr& slot);
  // Slots in the order in which their instances were started, but callees always before callers: a
  // callee that a reload replaced was started after them, and is still needed until they have
  // ended.
  std::vector<SlotPtr> start_order() const;

 private:
  bool leads_to(const Slot* from, const Slot* to) const;  // under the lock

  mutable std::mutex lock_;
  std::vector<SlotPtr> slots_, started_;
  std::map<const Slot*, std::set<const Slot*>> uses_;
  bool starting_ = false;
};

}  // namespace tickwork::host
