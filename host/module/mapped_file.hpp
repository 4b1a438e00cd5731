// SPDX-License-Identifier: MIT
// A file's bytes, mapped for reading.
#pragma once

#include <span>
#include <string>
#include <utility>

#include "result.hpp"

namespace tickwork::host {

class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept : bytes_{std::exchange(other.bytes_, {})} {}
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::span<const unsigned char> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const unsigned char> bytes) : bytes_{bytes} {}

  std::span<const unsigned char> bytes_;
};

}  // namespace tickwork::host
