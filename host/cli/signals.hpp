// SPDX-License-Identifier: MIT
// Signals as values to wait for. They are caught, not blocked: programs that plugins start then
// have the default behaviour and end by SIGTERM.
#pragma once

#include <array>
#include <chrono>

namespace tickwork::host {

class Signals {
 public:
  // Catches SIGINT, SIGTERM, SIGHUP, SIGUSR1; SIGPIPE does nothing from now on. A SIGINT or SIGTERM
  // ends the process when nobody waits for it within patience (SIGALRM), a second one at once.
  explicit Signals(std::chrono::seconds patience = std::chrono::seconds{10});
  ~Signals();  // default behaviour again, but for SIGPIPE
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next signal, 0 after the limit or as soon as one of the others (-1: none) can be read.
  int wait(std::chrono::milliseconds limit, std::array<int, 2> others = {-1, -1});

 private:
  int pipe_[2];
};

}  // namespace tickwork::host
