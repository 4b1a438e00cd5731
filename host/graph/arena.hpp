// SPDX-License-Identifier: MIT
// Memory of one batch: bump allocation in growing chunks, freed all at once.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace tickwork::host {

class Arena {
 public:
  // Eight-byte aligned, uninitialised, valid until the arena ends.
  char* take(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (bytes > static_cast<size_t>(end_ - at_)) grow(bytes);
    char* taken = at_;
    at_ += bytes;
    return taken;
  }
  size_t bytes() const { return bytes_; }

 private:
  void grow(size_t bytes);

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* at_ = nullptr;
  char* end_ = nullptr;
  size_t next_ = 512;
  size_t bytes_ = 0;
};

}  // namespace tickwork::host
