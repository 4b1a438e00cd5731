// SPDX-License-Identifier: MIT
// Where panels get their frames from, shared by all streams: the query engine, the hosts, the
// host's own instances, what comes and goes among them, the alerts.
#pragma once

#include "alerts.hpp"
#include "answer.hpp"
#include "board.hpp"
#include "hosts.hpp"
#include "status.hpp"
#include "turnover.hpp"

namespace tickwork::webui {

struct Sources {
  Engine engine;
  Boards boards;
  Hosts hosts;
  Status status;
  Turnover turnover;
  Alerts alerts;
  int64_t least_interval_ns;
};

}  // namespace tickwork::webui
