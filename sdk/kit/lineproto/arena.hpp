// SPDX-License-Identifier: MIT
// Memory for runs of elements whose number is not known beforehand. Finished runs keep their place;
// reset makes all of it free for the next round without giving memory back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

namespace tickwork::lineproto {

template <typename T>
class Arena {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  void reset() {
    block_ = 0;
    run_ = end_ = blocks_.empty() ? nullptr : blocks_[0].memory.get();
    limit_ = blocks_.empty() ? nullptr : run_ + blocks_[0].size;
  }

  T& push() {
    if (end_ == limit_) grow(1);
    return *end_++;
  }

  T* append(const T* from, size_t n) {
    if (static_cast<size_t>(limit_ - end_) < n) grow(n);
    T* const to = end_;
    if (n > 0) std::memcpy(to, from, n * sizeof(T));
    end_ += n;
    return to;
  }

  T* run() const { return run_; }
  size_t run_size() const { return static_cast<size_t>(end_ - run_); }
  T* finish() {
    T* const done = run_;
    run_ = end_;
    return done;
  }
  void drop() { end_ = run_; }

  size_t bytes() const {
    size_t sum = 0;
    for (const Block& block : blocks_) sum += block.size * sizeof(T);
    return sum;
  }

 private:
  struct Block {
    std::unique_ptr<T[]> memory;
    size_t size = 0;
  };

  // Moves the unfinished run into a block that has room for n more.
  void grow(size_t n) {
    const size_t kept = run_size();
    size_t next = blocks_.empty() ? 0 : block_ + 1;
    while (next < blocks_.size() && blocks_[next].size < kept + n) ++next;
    if (next == blocks_.size()) {
      const size_t last = blocks_.empty() ? 512 : blocks_.back().size;
      const size_t size = std::max(std::min(last * 2, size_t{1} << 16), (kept + n) * 2);
      blocks_.push_back({std::make_unique_for_overwrite<T[]>(size), size});
    }
    T* const to = blocks_[next].memory.get();
    if (kept > 0) std::memcpy(to, run_, kept * sizeof(T));
    block_ = next;
    run_ = to;
    end_ = to + kept;
    limit_ = to + blocks_[next].size;
  }

  std::vector<Block> blocks_;
  size_t block_ = 0;
  T* run_ = nullptr;
  T* end_ = nullptr;
  T* limit_ = nullptr;
};

}  // namespace tickwork::lineproto
