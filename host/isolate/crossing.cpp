// SPDX-License-Identifier: MIT
#include "isolate/crossing.hpp"

#include <tickwork/tickwork.h>

#include <algorithm>

#include "isolate/callee.hpp"

namespace tickwork::host {

namespace {

bool has(const std::vector<std::string>& exts, const char* id) {
  return std::find(exts.begin(), exts.end(), id) != exts.end();
}

}  // namespace

std::string why_not_isolated(const std::vector<std::string>& exts) {
  // A service's work lies in what it registers with others of this process.
  if (has(exts, TW_SERVICE)) return "a service works through routes and feeds of this process";
  for (const std::string& ext : exts) {
    if (!stand_in(ext)) return "calls of " + ext + " do not cross processes";
  }
  return exts.empty() ? "it offers nothing to call" : "";
}

}  // namespace tickwork::host
