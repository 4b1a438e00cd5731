// SPDX-License-Identifier: MIT
// How much of each library's file is in memory: what a plugin costs by being loaded.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace tickwork::host {

class LibraryPages {
 public:
  using Clock = std::function<int64_t()>;  // monotonic ns

  // smaps: the file to read, as /proc/self/smaps.
  explicit LibraryPages(Clock clock, std::string smaps = "/proc/self/smaps");

  // Resident bytes of the file's mappings in this process, 0 if it is not mapped. The kernel is
  // asked at most once a minute. Any thread.
  uint64_t resident(const std::string& file);

 private:
  void read(int64_t now);

  Clock clock_;
  std::string smaps_;
  std::mutex lock_;
  std::map<std::string, uint64_t> bytes_;
  int64_t read_at_ = 0;
};

}  // namespace tickwork::host
