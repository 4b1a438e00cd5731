// SPDX-License-Identifier: MIT
// The running system: instances made from a Configuration, wired, scheduled, watched, stopped.
#pragma once

#include <tickwork/draft/libraries.h>
#include <tickwork/host/inspect.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "module/catalogue.hpp"
#include "result.hpp"
#include "service/changes.hpp"

namespace tickwork::host {

class Log;

// What a run is allowed to do besides its configuration.
struct RunMode {
  bool once = false;  // gather once, write outputs, stop
  bool test = false;  // gather once, print line protocol to stdout, no outputs
};

class Graph {
 public:
  // Creates every instance (outputs and services before inputs) and wires them. The failure names
  // the first instance that cannot be created, with file:line.
  static Result<std::unique_ptr<Graph>> make(const Configuration&, Catalogue&, Log&, RunMode);
  virtual ~Graph() = default;

  virtual Done start() = 0;                       // callees before callers, inputs last
  virtual Done run_once() = 0;                    // for once and test; start has been called
  virtual void flush() = 0;                       // SIGUSR1: every output writes now
  virtual Done reload(const Configuration&) = 0;  // SIGHUP: stops and makes only what changed
  // Every instance with its counters, as tw.inspect/1 tells it.
  virtual void visit(const std::function<void(const tw_instance_info&)>&) const = 0;
  // Every library in this process, as tw.draft.libraries/1 tells it.
  virtual void visit_libraries(const std::function<void(const tw_library_info&)>&) const = 0;
  // How its configuration differs from the files, for tw.draft.changes/1. After a reload.
  virtual void tell_changes(std::vector<InstanceChange>) = 0;
  // With what an instance runs; nothing if there is none of the name.
  virtual std::optional<InstanceConfig> configuration_of(const std::string& name) const = 0;
  // Inputs, processors, aggregators, outputs after a drain, services. False: something was STUCK.
  virtual bool stop(std::chrono::nanoseconds limit) = 0;
};

}  // namespace tickwork::host
