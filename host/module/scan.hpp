// SPDX-License-Identifier: MIT
// Walks the plugin path and meets every library on it.
#pragma once

#include <string>
#include <vector>

#include "module/catalogue.hpp"

namespace tickwork::host {

struct ScanResult {
  std::vector<ModuleInfo> modules;
  std::vector<Refusal> refusals;
};

// Preflight and probe (several at a time), in path order, files of a directory sorted by name. A
// file that is reached twice counts once; of two modules with one id the first stays.
ScanResult scan_libraries(const std::vector<std::string>& paths, const std::string& cache_dir,
                          const std::string& prober);

// Moves modules whose id came before among the others to the refusals.
void refuse_duplicate_modules(ScanResult& result);

}  // namespace tickwork::host
