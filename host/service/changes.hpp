// SPDX-License-Identifier: MIT
// How the running instances differ from the configuration files: what tw.draft.changes/1 tells.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace tickwork::host {

struct InstanceChange {
  uint32_t change = 0;  // TW_CHANGE_
  std::string instance, detail;
};

// Told by whoever changes the running system, read by instances. Any thread.
class ChangeList {
 public:
  void tell(std::vector<InstanceChange> changes);  // takes the place of what was told before
  std::vector<InstanceChange> all() const;

 private:
  mutable std::mutex lock_;
  std::vector<InstanceChange> changes_;
};

}  // namespace tickwork::host
