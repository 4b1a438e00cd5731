// SPDX-License-Identifier: MIT
// Which extensions can be called in another process.
#pragma once

#include <string>
#include <vector>

namespace tickwork::host {

// Why a plugin with these extensions cannot run in a process of its own; empty: it can.
std::string why_not_isolated(const std::vector<std::string>& exts);

}  // namespace tickwork::host
