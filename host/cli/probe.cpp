// SPDX-License-Identifier: MIT
// "tickwork probe FILE": the child process in which a library is met for the first time.
#include <fmt/format.h>

#include <cstdio>

#include "cli/command.hpp"
#include "module/probe.hpp"

namespace tickwork::host {

int command_probe(const Arguments& arguments) {
  if (arguments.size() == 1 && !arguments[0].starts_with("-")) answer_probe(arguments[0], 1);
  fmt::print(
      "Usage: tickwork probe FILE\n\n"
      "Loads one plugin file in this process and describes it as JSON.\n");
  return arguments.empty() || arguments[0] != "--help" ? exit_usage : exit_fine;
}

}  // namespace tickwork::host
