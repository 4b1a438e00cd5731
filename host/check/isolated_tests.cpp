// SPDX-License-Identifier: MIT
// Test 46: what a plugin does in this process it does in one of its own.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "check/isolated_module.hpp"
#include "check/test.hpp"

namespace tickwork::host::check {
namespace {

// Not here: tests of memory and threads of this process (21, 28 to 32, 37), of deadlines that the
// other test has (27), of the fake clock (34), which a process of its own does not see, and those
// of a hundred thousand calls (39, 50).
constexpr std::array again{23, 24, 25, 26, 33, 35, 36, 38, 40, 42, 43, 44, 47, 48, 49};

// The errors of one test, not told to anybody.
std::set<std::string> errors_of(Case& c, const Test& test, const tw_module& module) {
  std::set<std::string> errors;
  Case inner{c.subject(),
             [&](const Finding& finding) {
               if (finding.severity == Severity::error) errors.insert(finding.text);
             },
             [&](const std::string& what) { c.doing(fmt::format("{}: {}", test.name, what)); }};
  inner.use(module);
  try {
    test.run(inner);
  } catch (const Unusable&) {
  }
  return errors;
}

void isolated(Case& c) {
  const tw_module& here = c.module();
  const IsolatedModule there{here, c.subject().path, "/proc/self/exe"};
  for (const std::string& why : there.left_out()) c.note(fmt::format("not isolated: {}", why));
  if (there.size() == 0) return;
  for (const Test& test : all_tests()) {
    if (std::find(again.begin(), again.end(), test.number) == again.end()) continue;
    const auto apart = errors_of(c, test, there.module());
    if (apart.empty()) continue;
    const auto in_process = errors_of(c, test, here);
    for (const std::string& error : apart) {
      if (!in_process.count(error)) c.error(fmt::format("{}: {}", test.name, error));
    }
  }
}

}  // namespace

std::span<const Test> isolated_tests() {
  static constexpr Test tests[] = {{46, "isolated", isolated}};
  return tests;
}

}  // namespace tickwork::host::check
