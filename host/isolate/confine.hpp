// SPDX-License-Identifier: MIT
// What a process of an isolated instance gives up before it loads the plugin.
#pragma once

#include <cstdint>

#include "result.hpp"

namespace tickwork::host {

// At once after the start: no descriptors of the host's but the socket and the library's file
// (process.hpp), no new privileges, and an end together with the host.
void leave_host();

// Bytes of private memory and number of descriptors; 0: as they are. The failure tells which option
// cannot be kept and why.
Done set_limits(int64_t memory, int64_t open_files);

}  // namespace tickwork::host
