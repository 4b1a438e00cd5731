// SPDX-License-Identifier: MIT
// The process of an isolated instance: loads the library and does what the host asks, until the
// host is gone.
#pragma once

namespace tickwork::host {

// Does not return: the plugin's destructors at exit are none of our business.
[[noreturn]] void be_isolated(int socket);

}  // namespace tickwork::host
