// SPDX-License-Identifier: MIT
// A graph from make to stop with its messages and exit codes: what run and try share.
#pragma once

#include <chrono>
#include <memory>

#include "config/check.hpp"
#include "graph/graph.hpp"
#include "service/log.hpp"

namespace tickwork::host {

LogOptions log_options(const AgentOptions& agent);
void log_diagnostics(Log& log, const CheckedConfiguration& checked);
void log_start(Log& log, const Configuration& configuration);

class Session {
 public:
  Session(const Configuration& configuration, Catalogue& catalogue, Log& log, RunMode mode);

  bool start();     // false: the reason is in the log
  bool run_once();  // the same
  Graph& graph() { return *graph_; }
  // Stops and answers with the program's exit code. Does not return when an instance is stuck: its
  // thread may still be in code and data that a return would destroy.
  int finish(bool success, std::chrono::nanoseconds limit);

 private:
  const Configuration& configuration_;
  Catalogue& catalogue_;
  Log& log_;
  RunMode mode_;
  std::unique_ptr<Graph> graph_;
};

}  // namespace tickwork::host
