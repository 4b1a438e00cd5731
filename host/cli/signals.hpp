// SPDX-License-Identifier: MIT
// Signals as values to wait for. They are caught, not blocked: programs that plugins start then
// have the default behaviour and end by SIGTERM.
#pragma once

#include <chrono>

namespace tickwork::host {

class Signals {
 public:
  Signals();   // catches SIGINT, SIGTERM, SIGHUP, SIGUSR1; SIGPIPE does nothing from now on
  ~Signals();  // default behaviour again, but for SIGPIPE
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next signal, 0 after the limit; or, if there is an other descriptor, as soon as that can be
  // read.
  int wait(std::chrono::milliseconds limit, int other = -1);

 private:
  int pipe_[2];
};

}  // namespace tickwork::host
