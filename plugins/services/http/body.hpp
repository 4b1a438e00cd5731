// SPDX-License-Identifier: MIT
// The bytes of a request's body as they arrive: room behind them that nobody clears first.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace tickwork::http_server {

class Body {
 public:
  std::string_view view() const { return {data_.get(), size_}; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  void clear() { size_ = 0; }
  void release() { *this = Body{}; }

  // Room for n bytes behind the last, to be counted by add.
  char* room(size_t n) {
    if (capacity_ - size_ < n) grow(std::max(size_ + n, capacity_ * 2));
    return data_.get() + size_;
  }
  void add(size_t n) { size_ += n; }
  void append(const void* bytes, size_t n) {
    if (n > 0) std::memcpy(room(n), bytes, n);
    size_ += n;
  }

 private:
  void grow(size_t capacity) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = capacity;
  }
  std::unique_ptr<char[]> data_;
  size_t size_ = 0, capacity_ = 0;
};

}  // namespace tickwork::http_server
