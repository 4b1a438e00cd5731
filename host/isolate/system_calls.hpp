// SPDX-License-Identifier: MIT
// What the process of an isolated instance may no longer ask the kernel for.
#pragma once

namespace tickwork::host {

// For this thread, for the threads and programs that it starts, and for good: the calls of the list
// in system_calls.cpp answer EPERM, everything else works as before. Needs no_new_privs. 0, or the
// error number when the kernel permits no filter; nothing has changed then.
int filter_system_calls();

}  // namespace tickwork::host
