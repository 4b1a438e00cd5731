// SPDX-License-Identifier: MIT
// [set]: what a configuration that is distributed as a set says of itself: its name, a sentence,
// and patterns of the plugins that belong to it, configured there or not.
#pragma once

#include <string>
#include <vector>

#include "config/check.hpp"

namespace tickwork::host {

// True if the plugin belongs to the set of these files: a pattern of [set] plugins matches it or,
// where no file has [set], an instance of it is configured.
bool in_set(const Sources& sources, const std::string& plugin);

// What is wrong with a [set] table.
std::vector<Diagnostic> check_set(const Table& table);

}  // namespace tickwork::host
