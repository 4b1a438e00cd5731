// SPDX-License-Identifier: MIT
// A TCP stream whose blocking operations end: after a time limit, or when the descriptor is shut
// down. Asynchronous operations are those of beast::tcp_stream, without its time limits.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <cerrno>
#include <chrono>

namespace tickwork::http_server {

class Socket : public boost::beast::tcp_stream {
 public:
  using boost::beast::tcp_stream::tcp_stream;

  void limit_writes(std::chrono::nanoseconds limit) { limit_ = limit; }
  int fd() { return socket().native_handle(); }

  // As SyncWriteStream and SyncReadStream, for TLS over this.
  template <typename Buffers>
  size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
    return transfer(buffers, error, POLLOUT, [](int fd, msghdr* message) {
      return sendmsg(fd, message, MSG_NOSIGNAL | MSG_DONTWAIT);
    });
  }
  template <typename Buffers>
  size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
    return transfer(buffers, error, POLLIN,
                    [](int fd, msghdr* message) { return recvmsg(fd, message, MSG_DONTWAIT); });
  }
  template <typename Buffers>
  size_t write_some(const Buffers& buffers) {
    boost::system::error_code error;
    const size_t n = write_some(buffers, error);
    if (error) throw boost::system::system_error{error};
    return n;
  }

  // What is there, without waiting; 0 for nothing, the end and failures, which a later read tells.
  size_t read_now(void* space, size_t size) {
    const ssize_t n = recv(fd(), space, size, MSG_DONTWAIT);
    return n > 0 ? static_cast<size_t>(n) : 0;
  }

  // Everything; parts are changed.
  bool write_all(iovec* parts, int count) {
    for (int at = 0; at < count;) {
      if (parts[at].iov_len == 0) {
        ++at;
        continue;
      }
      msghdr message{};
      message.msg_iov = parts + at;
      message.msg_iovlen = static_cast<size_t>(count - at);
      ssize_t n = sendmsg(fd(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        if (errno == EAGAIN && !ready(POLLOUT)) return false;
        continue;
      }
      if (n < 0) return false;
      for (auto left = static_cast<size_t>(n); left > 0; ++at) {
        const size_t step = std::min(left, parts[at].iov_len);
        parts[at].iov_base = static_cast<char*>(parts[at].iov_base) + step;
        parts[at].iov_len -= step;
        left -= step;
        if (parts[at].iov_len > 0) break;
      }
    }
    return true;
  }

 private:
  template <typename Buffers, typename Transfer>
  size_t transfer(const Buffers& buffers, boost::system::error_code& error, short event,
                  Transfer call) {
    iovec parts[16];
    size_t count = 0;
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         at != boost::asio::buffer_sequence_end(buffers) && count < 16; ++at) {
      parts[count++] = {const_cast<void*>(static_cast<const void*>(at->data())), at->size()};
    }
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    error = {};
    while (true) {
      const ssize_t n = call(fd(), &message);
      if (n > 0) return static_cast<size_t>(n);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN && ready(event)) continue;
      error = n == 0 ? boost::system::error_code{boost::asio::error::eof}
                     : boost::system::error_code{errno, boost::system::system_category()};
      return 0;
    }
  }

  // Waits for the event; false: the time is over.
  bool ready(short event) {
    pollfd wanted{fd(), event, 0};
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(limit_).count();
    int n = 0;
    do {
      n = poll(&wanted, 1, ms <= 0 ? -1 : static_cast<int>(ms));
    } while (n < 0 && errno == EINTR);
    if (n == 0) errno = ETIMEDOUT;
    return n > 0 && (wanted.revents & POLLNVAL) == 0;
  }

  std::chrono::nanoseconds limit_{std::chrono::seconds{30}};
};

}  // namespace tickwork::http_server
