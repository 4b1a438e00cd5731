// A client's connection: read within a time limit, written as fast as the client takes it.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// Why a request is not handled: the code that it is answered with, 0: nobody waits for an answer.
struct Refusal {
  uint32_t code;
  std::string allow = {};  // of a 405
};

class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  // Owns the socket. Everything must be read within read_limit; write_limit is for a pause.
  Connection(int socket, std::string peer, std::chrono::nanoseconds read_limit,
             std::chrono::nanoseconds write_limit)
      : socket_{socket},
        peer_{std::move(peer)},
        until_{Clock::now() + read_limit},
        write_limit_{write_limit} {}
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;

  const std::string& peer() const { return peer_; }

  // The next line without its end. Takes it from room, which limits what a client may send in lines.
  std::string line(size_t& room) {
    while (true) {
      const std::string_view rest = std::string_view{seen_}.substr(at_);
      const size_t end = rest.find('\n');
      if (std::min(end, rest.size()) >= room) throw Refusal{431};
      if (end != rest.npos) {
        at_ += end + 1;
        room -= end + 1;
        return std::string{rest.substr(0, end > 0 && rest[end - 1] == '\r' ? end - 1 : end)};
      }
      read();
    }
  }

  void append(uint64_t n, std::string& to) {
    while (n > 0) {
      if (at_ == seen_.size()) read();
      const size_t part = static_cast<size_t>(std::min<uint64_t>(n, seen_.size() - at_));
      to.append(seen_, at_, part);
      at_ += part;
      n -= part;
    }
  }

  // More has arrived than was read.
  bool has_more() const { return at_ < seen_.size(); }

  // False: the client is gone, or has not taken anything for too long.
  bool send(std::string_view bytes, int flags = 0) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT | flags);
      if (n > 0) bytes.remove_prefix(static_cast<size_t>(n));
      if (n < 0 && errno != EINTR && (errno != EAGAIN || !ready(POLLOUT, Clock::now() + write_limit_)))
        return false;
    }
    return true;
  }

  bool gone() const {
    pollfd state{socket_, POLLRDHUP, 0};
    return poll(&state, 1, 0) > 0;
  }

  // Reads what the client still sends: to close before would take the answer away from it.
  void linger() {
    shutdown(socket_, SHUT_WR);
    until_ = Clock::now() + std::chrono::seconds{1};
    char rest[65536];
    while (ready(POLLIN, until_) && recv(socket_, rest, sizeof rest, 0) > 0) {
    }
  }

  // From any thread: nothing more is read, and the client counts as gone.
  void stop_reading() { shutdown(socket_, SHUT_RD); }
  void cut() { shutdown(socket_, SHUT_RDWR); }

 private:
  // False: the time is over.
  bool ready(short event, Clock::time_point until) const {
    pollfd state{socket_, event, 0};
    int n = 0;
    do {
      const auto ms = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
      n = poll(&state, 1, static_cast<int>(std::clamp<int64_t>(ms, 0, INT32_MAX)));
    } while (n < 0 && errno == EINTR);
    return n > 0;
  }

  void read() {
    if (!ready(POLLIN, until_)) throw Refusal{begun_ ? 408u : 0u};
    seen_.erase(0, at_);
    at_ = 0;
    char piece[65536];
    const ssize_t n = recv(socket_, piece, sizeof piece, 0);
    if (n <= 0) throw Refusal{0};
    begun_ = true;
    seen_.append(piece, static_cast<size_t>(n));
  }

  int socket_;
  std::string peer_;
  Clock::time_point until_;
  std::chrono::nanoseconds write_limit_;
  std::string seen_;  // what was read, and is used up to at_
  size_t at_ = 0;
  bool begun_ = false;
};
