// SPDX-License-Identifier: MIT
// What the instances of a graph share.
#pragma once

#include <tickwork/host.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "graph/agent_table.hpp"
#include "graph/graph.hpp"
#include "graph/pipeline.hpp"
#include "graph/registry.hpp"
#include "graph/workers.hpp"
#include "isolate/isolated_plugins.hpp"
#include "isolate/process.hpp"
#include "module/catalogue.hpp"
#include "service/changes.hpp"
#include "service/library_pages.hpp"
#include "service/log.hpp"
#include "service/marker.hpp"
#include "service/state.hpp"

namespace tickwork::host {

// How long the host waits for a plugin; tests shorten them.
struct Deadlines {
  Nanoseconds create = std::chrono::seconds{30};
  Nanoseconds start = std::chrono::seconds{30};
  Nanoseconds stop = std::chrono::seconds{10};
  Nanoseconds destroy = std::chrono::seconds{5};
  Nanoseconds connect_again = std::chrono::seconds{15};  // an output's second try at start
  Nanoseconds restart = std::chrono::seconds{1};         // of a failed instance, doubling
  Nanoseconds longest_back_off = std::chrono::minutes{5};
  Nanoseconds settle = std::chrono::seconds{5};  // of batches under way, at a reload
  std::chrono::milliseconds ping{5000};          // of the process of an isolated instance
};

int64_t wall_now();       // ns since 1970
int64_t monotonic_now();  // ns

struct Runtime {
  Runtime(Log& l, Catalogue& c, RunMode m, Deadlines d)
      : log{l}, catalogue{c}, mode{m}, deadlines{d} {}

  Log& log;
  Catalogue& catalogue;
  const RunMode mode;
  const Deadlines deadlines;
  // Of the running configuration. Any thread; an instance keeps those of its making.
  AgentTablePtr agent() const;
  AgentTablePtr set_agent(AgentTablePtr agent);  // returns the one before
  Marker marker;
  std::string suspect;  // the instance that crashed the last run; it runs isolated
  StateStore state;
  LibraryPages library_pages{monotonic_now};
  ChangeList changes;
  Registry registry;
  Pipeline pipeline;
  IsolatedPlugins isolated;
  Spawner spawner{catalogue.program()};
  Workers workers;
  Timers timers{workers};  // ends before the workers

 private:
  mutable std::mutex agent_lock_;
  AgentTablePtr agent_ = std::make_shared<const AgentTable>();
};

}  // namespace tickwork::host
