// SPDX-License-Identifier: MIT
// How many threads may work for readers beside those that asked: as many as there are further
// cores.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>

namespace tickwork::lmdb {

class SpareCores {
 public:
  static size_t all() { return std::max(std::thread::hardware_concurrency(), 1u) - 1; }
  size_t take(size_t most) {
    size_t free = free_.load();
    while (true) {
      const size_t taken = std::min(free, most);
      if (free_.compare_exchange_weak(free, free - taken)) return taken;
    }
  }
  void give_back(size_t taken) { free_ += taken; }

 private:
  std::atomic<size_t> free_ = all();
};

// Some of them, at most that many, while it lives.
class CoreLoan {
 public:
  CoreLoan(SpareCores& cores, size_t most) : cores_(cores), count_(cores.take(most)) {}
  ~CoreLoan() { cores_.give_back(count_); }
  CoreLoan(const CoreLoan&) = delete;
  CoreLoan& operator=(const CoreLoan&) = delete;
  size_t count() const { return count_; }

 private:
  SpareCores& cores_;
  size_t count_;
};

}  // namespace tickwork::lmdb
