// SPDX-License-Identifier: MIT
// "tickwork check": the validator of plugin libraries.
#pragma once

#include <string>
#include <vector>

namespace tickwork::host {

class CommandLine;

// Its options and help.
CommandLine check_line();

// 0: no errors, 1: a test failed, 2: could not run. args: what stands behind "check".
int run_check(const std::vector<std::string>& args);

}  // namespace tickwork::host
