// SPDX-License-Identifier: MIT
// Move-only owners of what has a release function: Arrow objects, scanners, results. Each releases
// exactly once.
#pragma once

#include <utility>

#include "../arrow.h"
#include "../kind/query.h"
#include "../kind/storage.h"
#include "error.hpp"

namespace tickwork {

template <class T>
class Owner {
 public:
  Owner() = default;
  Owner(Owner&& other) noexcept : raw_{std::exchange(other.raw_, T{})} {}
  Owner& operator=(Owner&& other) noexcept {
    if (this != &other) {
      reset();
      raw_ = std::exchange(other.raw_, T{});
    }
    return *this;
  }
  ~Owner() { reset(); }

  void reset() {
    if (raw_.release) raw_.release(&raw_);
    raw_ = T{};
  }
  // For the producer to fill; releases what was held.
  T* out() { return reset(), &raw_; }
  // Hands ownership to the caller.
  T take() { return std::exchange(raw_, T{}); }
  explicit operator bool() const { return raw_.release != nullptr; }
  T* operator->() { return &raw_; }
  const T* operator->() const { return &raw_; }
  T& operator*() { return raw_; }
  const T& operator*() const { return raw_; }

 private:
  T raw_{};
};

using ArrowStream = Owner<ArrowArrayStream>;
using Array = Owner<ArrowArray>;
using Schema = Owner<ArrowSchema>;
using Scanner = Owner<tw_scanner>;
using Results = Owner<tw_results>;

}  // namespace tickwork
