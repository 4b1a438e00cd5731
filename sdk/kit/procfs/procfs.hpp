// SPDX-License-Identifier: MIT
// Reading Linux's /proc and /sys, which HOST_PROC, HOST_SYS and HOST_MOUNT_PREFIX redirect (a
// container that watches its host). Small files only: each is read whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::procfs {

std::string proc(std::string_view path);  // "stat": $HOST_PROC/stat or /proc/stat
std::string sys(std::string_view path);
std::string mount_prefix();  // "" or what stands before every mount point

// The whole file; throws tickwork::Error ("cannot read /proc/stat: Permission denied").
std::string read(const std::string& path);
// False if it cannot be read.
bool try_read(const std::string& path, std::string& text);

// Views into text, which must outlive them.
std::vector<std::string_view> lines(std::string_view text);
std::vector<std::string_view> words(std::string_view line);
uint64_t number(std::string_view word);  // leading digits, 0 without any

// Whether name matches one of the patterns (fnmatch); an empty list matches nothing.
bool matches(const std::vector<std::string>& patterns, const std::string& name);

}  // namespace tickwork::procfs
