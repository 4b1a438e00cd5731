// SPDX-License-Identifier: MIT
// One run of a program: its output, its errors, how it ended.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::exec {

struct Ended {
  std::string output, errors;
  std::string problem;  // "exit status 3", "timed out"; empty: it went well
};

// Words of a command line: blanks separate, quotes and backslashes protect.
std::vector<std::string> split(std::string_view command);

// Runs in a process group of its own, which is ended when the time is over or the descriptor quit
// becomes readable: SIGTERM, then SIGKILL.
Ended run(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          std::chrono::nanoseconds timeout, int quit);

}  // namespace tickwork::exec
