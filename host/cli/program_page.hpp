// SPDX-License-Identifier: MIT
// tickwork(1): the commands with what their --help tells.
#pragma once

#include "docs/page.hpp"

namespace tickwork::host {

Page program_page();

}  // namespace tickwork::host
