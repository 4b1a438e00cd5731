// SPDX-License-Identifier: MIT
// A descriptor that closes itself, and sockets bound by "host:port". Internal to the kit.
#pragma once

#include <unistd.h>

#include <string>
#include <utility>

#include "listener.hpp"

namespace tickwork::listener {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_{fd} {}
  Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// A socket that does not block, bound, and listening if it is TCP. Throws what and where.
Descriptor open_socket(const std::string& bind, Transport transport, int64_t read_buffer);

// "127.0.0.1:8089" as the socket is bound.
std::string bound_address(const Descriptor& socket);

}  // namespace tickwork::listener
