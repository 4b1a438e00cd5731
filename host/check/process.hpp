// SPDX-License-Identifier: MIT
// What this process holds: threads, descriptors, memory. From /proc.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace tickwork::host::check {

size_t thread_count();
size_t descriptor_count();
// Bytes that malloc has handed out, 0 where a sanitizer replaces it.
size_t heap_bytes();
// Waits until count() is at most expected, or the limit; the last value.
size_t settled(size_t (*count)(), size_t expected,
               std::chrono::milliseconds limit = std::chrono::milliseconds{500});
// "r--p" for the mapping that holds address, empty if there is none.
std::string permissions_at(const void* address);

}  // namespace tickwork::host::check
