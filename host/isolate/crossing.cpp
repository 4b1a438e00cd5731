// SPDX-License-Identifier: MIT
#include "isolate/crossing.hpp"

#include <tickwork/draft/command.h>
#include <tickwork/kind/memory.h>
#include <tickwork/tickwork.h>

#include <algorithm>

#include "isolate/callee.hpp"

namespace tickwork::host {

namespace {

bool has(const std::vector<std::string>& exts, const char* id) {
  return std::find(exts.begin(), exts.end(), id) != exts.end();
}

// Nobody misses them: the host answers for its process, or who asks reads only data.
bool dispensable(const std::string& ext) {
  return ext == TW_MEMORY || ext == TW_PANEL || ext == TW_COMMANDS;
}

}  // namespace

std::string why_not_isolated(const std::vector<std::string>& exts) {
  // A service's work lies in what it registers with others of this process.
  if (has(exts, TW_SERVICE)) return "a service works through routes and feeds of this process";
  for (const std::string& ext : exts) {
    if (!stand_in(ext) && !dispensable(ext)) return "calls of " + ext + " do not cross processes";
  }
  return std::all_of(exts.begin(), exts.end(), dispensable) ? "it offers nothing to call" : "";
}

}  // namespace tickwork::host
