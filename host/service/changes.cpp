// SPDX-License-Identifier: MIT
// tw.draft.changes/1.
#include "service/changes.hpp"

#include <tickwork/draft/changes.h>

#include "graph/batch.hpp"
#include "graph/instance.hpp"
#include "graph/runtime.hpp"
#include "service/table.hpp"

namespace tickwork::host {

void ChangeList::tell(std::vector<InstanceChange> changes) {
  const std::lock_guard guard{lock_};
  changes_ = std::move(changes);
}

std::vector<InstanceChange> ChangeList::all() const {
  const std::lock_guard guard{lock_};
  return changes_;
}

namespace {

void changes(const tw_host* host, void* self, void (*visit)(void*, const tw_change_info*)) {
  for (const InstanceChange& each : Instance::of(host).runtime().changes.all()) {
    const tw_change_info info{sizeof info, each.change, borrow(each.instance), borrow(each.detail)};
    visit(self, &info);
  }
}

}  // namespace

const tw_changes changes_service{sizeof(tw_changes), changes};

}  // namespace tickwork::host
