// SPDX-License-Identifier: MIT
// Picks the command.
#include <string>
#include <vector>

#include "cli/command.hpp"

int main(int argc, char** argv) {
  return tickwork::host::run_command(std::vector<std::string>(argv + 1, argv + argc));
}
