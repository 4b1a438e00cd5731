// SPDX-License-Identifier: MIT
// The process of an isolated instance: loads the library and does what the host asks, until the
// host is gone.
#pragma once

namespace tickwork::host {

// filtered: its system calls are, see system_calls.hpp. Does not return: the plugin's destructors
// at exit are none of our business.
[[noreturn]] void be_isolated(int socket, bool filtered);

}  // namespace tickwork::host
