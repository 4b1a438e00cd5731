// SPDX-License-Identifier: MIT
// Frames: what goes over the socket between the host and an isolated instance's process. A header
// of 16 bytes (length of the payload, type, call id), then the payload.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "isolate/bytes.hpp"
#include "result.hpp"

namespace tickwork::host {

enum class FrameType : uint32_t {
  call = 1,  // u32 method, u32 0, u64 target, then what the method takes; answered by a reply
  part,      // u64 the call that it belongs to, then points or bytes of it; answered by a reply
  reply,     // see answer.hpp
  tell,      // as a call, never answered
  ping,      // empty, answered by a pong
  pong
};

struct FrameHeader {
  uint32_t length;
  FrameType type;
  uint64_t call;  // chosen by the caller; a reply has its call's
};
static_assert(sizeof(FrameHeader) == 16);

constexpr size_t largest_frame = size_t{256} << 20;

struct Payload {
  std::unique_ptr<char[]> bytes;
  size_t size = 0;
  Unpacker unpack() const { return {bytes.get(), size}; }
};

struct Frame {
  FrameType type{};
  uint64_t call = 0;
  Payload payload;
};

// Bytes as they come in, frames out, in order.
class FrameReader {
 public:
  FrameReader();

  std::span<char> room();       // where the next bytes are to be put
  Done advance(size_t n);       // n bytes were put there; the failure tells what is wrong
  std::optional<Frame> next();  // a complete frame, if there is one

 private:
  Done scan();

  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;
  Frame large_;  // a frame that does not fit into the buffer, being filled
  size_t filled_ = 0;
  bool filling_ = false;
  std::deque<Frame> ready_;
};

// Sends one frame; the caller sees to it that frames do not mix. False: the other end is gone.
bool send_frame(int fd, FrameType type, uint64_t call, std::span<const char> payload);

}  // namespace tickwork::host
