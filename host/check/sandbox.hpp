// SPDX-License-Identifier: MIT
// Runs one test in a child process with a limit, in a scratch folder, with silent output. A crash
// or hang becomes a finding.
#pragma once

#include <chrono>
#include <vector>

#include "check/test.hpp"

namespace tickwork::host::check {

struct Outcome {
  Test test{};
  std::vector<Finding> findings;
  std::chrono::milliseconds took{0};
  bool ran = true, late = false;

  bool has(Severity severity) const;
};

Outcome run_sandboxed(const Test& test, const Subject& subject,
                      std::chrono::milliseconds limit = std::chrono::seconds{10});

// For debuggers: no child, output is seen.
Outcome run_here(const Test& test, const Subject& subject);

}  // namespace tickwork::host::check
