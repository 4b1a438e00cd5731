// SPDX-License-Identifier: MIT
// A panel's manifest against its files.
#pragma once

#include <tickwork/kind/panel.h>

#include <string>
#include <vector>

namespace tickwork::host::check {

// Everything that is wrong; empty if nothing is.
std::vector<std::string> manifest_flaws(const tw_panel& panel);

}  // namespace tickwork::host::check
