// SPDX-License-Identifier: MIT
// A connection as a response sees it: blocking writes with a time limit, and whether the client is
// still there.
#pragma once

#include <sys/uio.h>

namespace tickwork::http_server {

class Wire {
 public:
  virtual ~Wire() = default;
  // Writes everything or fails for good; blocks while the client is slow. Parts are changed.
  virtual bool write(iovec* parts, int count) = 0;
  // The client closed its side, or the server is being stopped. Any thread.
  virtual bool gone() const = 0;
};

}  // namespace tickwork::http_server
