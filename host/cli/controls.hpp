// SPDX-License-Identifier: MIT
// What a running host does for "tickwork ctl".
#pragma once

#include <functional>
#include <span>
#include <string>

#include "cli/control_socket.hpp"
#include "cli/runtime_changes.hpp"
#include "graph/graph.hpp"
#include "service/log.hpp"

namespace tickwork::host {

class Controls {
 public:
  // Reads everything again with these changes on top. TW_E_INVALID: the mistakes, nothing has
  // changed; any other failure: some instances do not run as wanted.
  using Reload = std::function<Done(const RuntimeChanges&)>;

  // The graph, the catalogue and the log outlive this. One thread.
  Controls(Graph& graph, const Catalogue& catalogue, Log& log, Reload reload)
      : graph_{graph}, catalogue_{catalogue}, log_{log}, reload_{std::move(reload)} {}

  // The text for the person who asked.
  Result<std::string> answer(const ControlRequest& request);

  const RuntimeChanges& changes() const { return changes_; }

 private:
  Result<std::string> add(const ControlRequest& request);
  Result<std::string> remove(const ControlRequest& request);
  Result<std::string> restore(const ControlRequest& request);
  Result<std::string> set(const ControlRequest& request);
  Result<std::string> show(const ControlRequest& request) const;
  Done configured(const std::string& name) const;
  Done remove_all(RuntimeChanges& wanted, std::span<const std::string> names) const;
  Result<std::string> change(RuntimeChanges wanted, const ControlRequest& request);

  Graph& graph_;
  const Catalogue& catalogue_;
  Log& log_;
  Reload reload_;
  RuntimeChanges changes_;
};

}  // namespace tickwork::host
