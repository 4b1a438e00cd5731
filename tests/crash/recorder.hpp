// SPDX-License-Identifier: MIT
// Records what this process does to the files below a folder, by functions of the C library that
// the test program defines itself (also LMDB and the C++ library then call these), into memory that
// the process shares with its parent and that outlives it. On demand some calls fail, as those of a
// full or broken disk.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "disk.hpp"

namespace tickwork::crash {

// Shared memory; made before the fork. What does not fit any more ends the process.
class Journal {
 public:
  explicit Journal(size_t bytes);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  void clear();
  // Hands on every event in order. Not while a process records.
  void each(const std::function<void(uint64_t number, const Event&)>& hand) const;

  // Of the process that records, one call at a time. The result is for finish.
  char* add(const Event& event);
  // A write was shorter, or is on the disk.
  static void finish(char* added, uint64_t bytes, bool durable);
  uint64_t count() const;

 private:
  struct Head;
  Head* head_;
  size_t size_;
};

// How often calls fail, in a thousand; 0: never. A full disk refuses for a while.
struct Faults {
  unsigned sync = 0, full = 0;
};

// From now on, in this process, for ever. folder is absolute.
void record(const std::string& folder, Journal& journal, Faults faults, unsigned seed);

}  // namespace tickwork::crash
