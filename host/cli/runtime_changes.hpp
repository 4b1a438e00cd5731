// SPDX-License-Identifier: MIT
// What "tickwork ctl" changed about a running configuration: tables that were added, instances that
// were removed, options that were set. Kept until the process ends; a reload of the files applies
// it again.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/loading.hpp"
#include "service/changes.hpp"

namespace tickwork::host {

struct SetOption {
  Value value;
  bool secret = false;  // never shown
};

struct RuntimeChanges {
  std::map<std::string, std::string> added;  // a name to TOML, as if it were the file NAME.toml
  std::set<std::string> removed;             // instances by name: "inputs.cpu::a"
  std::map<std::string, std::map<std::string, SetOption>> set;  // by instance and key

  bool empty() const { return added.empty() && removed.empty() && set.empty(); }
};

bool operator==(const RuntimeChanges& a, const RuntimeChanges& b);

// Reads and checks the files with the changes on top. Added tables come behind the files', so the
// files' instances keep their names.
CheckedConfiguration reload_configuration(const LoadingRequest& request, const Catalogue& catalogue,
                                          const RuntimeChanges& changes);

// The same per instance of the configuration that came out, for tw.draft.changes/1.
std::vector<InstanceChange> instance_changes(const RuntimeChanges& changes,
                                             const Configuration& configuration);

// As TOML with comments: what to write into the configuration to keep it. Secrets are masked.
std::string to_text(const RuntimeChanges& changes);

}  // namespace tickwork::host
