// SPDX-License-Identifier: MIT
#include "footprint.hpp"

#include <malloc.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace tickwork::week {
namespace {

namespace fs = std::filesystem;

void read_status(Memory& memory) {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    if (name == "RssAnon:") {
      status >> memory.resident;
      memory.resident *= 1024;
    }
    if (name == "Threads:") status >> memory.threads;
  }
}

void read_mappings(Memory& memory) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    ++memory.mappings;
    memory.deleted += line.ends_with(" (deleted)");
  }
}

}  // namespace

Memory memory_of_this_process() {
  malloc_trim(0);
  Memory memory;
  read_status(memory);
  read_mappings(memory);
  // A thread that was joined may be counted for a moment longer.
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
    Memory again;
    read_status(again);
    memory.threads = std::min(memory.threads, again.threads);
  }
  const struct mallinfo2 heap = mallinfo2();
  memory.heap = static_cast<int64_t>(heap.uordblks + heap.hblkhd);
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    ++memory.descriptors;
  }
  return memory;
}

Space& Space::operator+=(const Space& other) {
  apparent += other.apparent;
  allocated += other.allocated;
  return *this;
}

// Files may go meanwhile.
Space space_of(const std::string& folder) {
  Space space;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    struct stat file {};
    if (lstat(entry.path().c_str(), &file) != 0 || !S_ISREG(file.st_mode)) continue;
    space += {file.st_size, file.st_blocks * 512};
  }
  return space;
}

}  // namespace tickwork::week
