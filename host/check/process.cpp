// SPDX-License-Identifier: MIT
#include "check/process.hpp"

#include <malloc.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

namespace tickwork::host::check {
namespace {

size_t entries(const char* folder) {
  size_t n = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{folder, ignored})
    n += !entry.path().empty();
  return n;
}

}  // namespace

size_t thread_count() { return entries("/proc/self/task"); }
size_t descriptor_count() { return entries("/proc/self/fd"); }
size_t heap_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

size_t settled(size_t (*count)(), size_t expected, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  size_t n = count();
  while (n > expected && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    n = count();
  }
  return n;
}

std::string permissions_at(const void* address) {
  std::ifstream maps{"/proc/self/maps"};
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0, to = 0;
    char rights[5] = "";
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, rights) == 3 && wanted >= from &&
        wanted < to)
      return rights;
  }
  return "";
}

}  // namespace tickwork::host::check
