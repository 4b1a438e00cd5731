// SPDX-License-Identifier: MIT
#include "isolate/frame.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tickwork::host {

namespace {

constexpr size_t buffer_size = 64 * 1024;

bool known_type(FrameType type) { return type >= FrameType::call && type <= FrameType::pong; }

Payload payload_of(size_t size) {
  return {std::make_unique_for_overwrite<char[]>(std::max<size_t>(size, 1)), size};
}

}  // namespace

FrameReader::FrameReader() : buffer_(buffer_size) {}

std::span<char> FrameReader::room() {
  if (filling_) return {large_.payload.bytes.get() + filled_, large_.payload.size - filled_};
  return {buffer_.data() + end_, buffer_.size() - end_};
}

Done FrameReader::advance(size_t n) {
  if (filling_) {
    filled_ += n;
    if (filled_ < large_.payload.size) return std::monostate{};
    filling_ = false;
    ready_.push_back(std::exchange(large_, Frame{}));
    return std::monostate{};
  }
  end_ += n;
  const Done scanned = scan();
  if (begin_ > 0) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= std::exchange(begin_, 0);
  }
  return scanned;
}

Done FrameReader::scan() {
  while (end_ - begin_ >= sizeof(FrameHeader)) {
    FrameHeader header;
    std::memcpy(&header, &buffer_[begin_], sizeof header);
    if (header.length > largest_frame || !known_type(header.type)) {
      return Failure{TW_E_INVALID, "sent what is no frame"};
    }
    const size_t there = end_ - begin_ - sizeof header;
    const char* from = buffer_.data() + begin_ + sizeof header;
    if (there < header.length && sizeof header + header.length <= buffer_.size()) break;
    Frame frame{header.type, header.call, payload_of(header.length)};
    const size_t n = std::min<size_t>(there, header.length);
    std::copy(from, from + n, frame.payload.bytes.get());
    begin_ += sizeof header + n;
    if (n == header.length) {
      ready_.push_back(std::move(frame));
      continue;
    }
    large_ = std::move(frame);
    filled_ = n;
    filling_ = true;
  }
  return std::monostate{};
}

std::optional<Frame> FrameReader::next() {
  if (ready_.empty()) return std::nullopt;
  std::optional<Frame> frame{std::move(ready_.front())};
  ready_.pop_front();
  return frame;
}

bool send_frame(int fd, FrameType type, uint64_t call, std::span<const char> payload) {
  FrameHeader header{static_cast<uint32_t>(payload.size()), type, call};
  iovec parts[] = {{&header, sizeof header}, {const_cast<char*>(payload.data()), payload.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  size_t left = sizeof header + payload.size();
  while (left > 0) {
    const ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    left -= static_cast<size_t>(n);
    auto gone = static_cast<size_t>(n);
    for (iovec& part : parts) {
      const size_t step = std::min(gone, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + step;
      part.iov_len -= step;
      gone -= step;
    }
  }
  return true;
}

}  // namespace tickwork::host
