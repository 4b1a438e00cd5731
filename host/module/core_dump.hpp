// SPDX-License-Identifier: MIT
// Where the kernel put the core of a child that crashed, after core(5).
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace tickwork::host {

// ", see core /tmp/core.17", or with a collector ", see core 17 in coredumpctl"; pattern: as in
// /proc/sys/kernel/core_pattern, without its newline. program: the command's name of that process;
// folder: where it ran. Parts of the pattern that are not known here become "*".
std::string core_place(std::string_view pattern, pid_t process, std::string_view program,
                       std::string_view folder);

// The same for a child of this process by its wait status: empty if it left no core.
std::string core_of_child(int status, pid_t process);

}  // namespace tickwork::host
