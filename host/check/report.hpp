// SPDX-License-Identifier: MIT
// The results of a run as text, JSON or JUnit's XML.
#pragma once

#include <string>
#include <vector>

#include "check/sandbox.hpp"

namespace tickwork::host::check {

struct FileReport {
  std::string path;
  std::vector<Outcome> outcomes;

  bool failed() const;
  size_t passed() const;
};

// One line a test that is not plainly fine (all of them when verbose), then a sum.
std::string text_report(const FileReport& report, bool verbose);
std::string json_report(const std::vector<FileReport>& reports);
std::string junit_report(const std::vector<FileReport>& reports);

}  // namespace tickwork::host::check
