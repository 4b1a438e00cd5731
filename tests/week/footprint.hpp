// SPDX-License-Identifier: MIT
// What this process holds of the machine, and what a folder takes of the disk.
#pragma once

#include <cstdint>
#include <string>

namespace tickwork::week {

struct Memory {
  int64_t resident = 0;  // bytes, anonymous
  int64_t heap = 0;      // bytes in use
  int64_t threads = 0, descriptors = 0, mappings = 0;
  int64_t deleted = 0;  // mappings of files that are gone
};

// Gives free heap back first.
Memory memory_of_this_process();

struct Space {
  int64_t apparent = 0, allocated = 0;  // bytes
  Space& operator+=(const Space& other);
};

Space space_of(const std::string& folder);

}  // namespace tickwork::week
