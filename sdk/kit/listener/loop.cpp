// SPDX-License-Identifier: MIT
#include "loop.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace tickwork::listener {

namespace {

constexpr auto drain_limit = std::chrono::seconds{1};
constexpr int soon_ms = 10;
constexpr size_t datagrams_at_once = 256;

// The other end learns that what it sent may not have been kept.
void reset_on_close(int fd) {
  const linger hard{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

}  // namespace

Listener::Loop::Loop(Listener& owner, Handlers handlers)
    : owner_{owner},
      handlers_{std::move(handlers)},
      socket_{open_socket(owner.bind_, owner.transport_, owner.read_buffer_)},
      poll_{epoll_create1(EPOLL_CLOEXEC)},
      stop_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (!poll_ || !stop_) throw Error{TW_E_IO, std::string{"cannot poll: "} + std::strerror(errno)};
  watch(EPOLL_CTL_ADD, socket_.get(), EPOLLIN);
  watch(EPOLL_CTL_ADD, stop_.get(), EPOLLIN);
  thread_ = std::thread{[this] { run(); }};
}

Listener::Loop::~Loop() {
  finish();
  if (!owner_.batcher_.lost()) return;
  for (const auto& [fd, connection] : connections_) reset_on_close(fd);
}

void Listener::Loop::finish() {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = write(stop_.get(), &one, sizeof one);
  thread_.join();
}

void Listener::Loop::watch(int op, int fd, uint32_t events) const {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(poll_.get(), op, fd, &event);
}

void Listener::Loop::run() {
  epoll_event events[64];
  for (;;) {
    const int wait = ended_.empty() && !paused_ ? -1 : soon_ms;
    const int n = epoll_wait(poll_.get(), events, 64, wait);
    if (paused_) {
      paused_ = false;
      watch(EPOLL_CTL_MOD, socket_.get(), EPOLLIN);
    }
    for (int i = 0; i < n; ++i) {
      const int fd = events[i].data.fd;
      if (fd == stop_.get()) return drain();
      if (fd == socket_.get()) {
        owner_.transport_ == Transport::udp ? datagrams(datagrams_at_once) : accept();
      } else if (const auto at = connections_.find(fd); at != connections_.end()) {
        at->second.out.empty() ? read(at->second) : send(at->second);
      }
    }
    close_ended();
  }
}

void Listener::Loop::datagrams(size_t most) {
  for (size_t i = 0; i < most; ++i) {
    const ssize_t n = recv(socket_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (n < 0) return;
    try {
      handlers_.datagram({buffer_.data(), static_cast<size_t>(n)});
    } catch (const std::exception& e) {
      owner_.complaints_.note(std::string{"refused a datagram: "} + e.what());
    }
  }
}

void Listener::Loop::accept() {
  for (;;) {
    Descriptor socket{accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!socket) {
      if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) return;
      owner_.complaints_.note(std::string{"cannot accept a connection: "} + std::strerror(errno));
      paused_ = true;  // others must close first
      return watch(EPOLL_CTL_MOD, socket_.get(), 0);
    }
    const int fd = socket.get();
    connections_[fd] = {std::move(socket), handlers_.connection(), "", "", false, 0};
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }
}

void Listener::Loop::read(Connection& connection) {
  if (connection.ended) return;
  const ssize_t n = recv(connection.socket.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return end(connection);
  const std::string_view fresh{buffer_.data(), static_cast<size_t>(n)};
  if (connection.held.empty()) return take(connection, fresh);
  std::string held = std::move(connection.held);
  connection.held.clear();
  held += fresh;
  take(connection, held);
}

void Listener::Loop::take(Connection& connection, std::string_view bytes) {
  Reply reply;
  size_t used = bytes.size();
  try {
    used = connection.session->take(bytes, reply);
  } catch (const std::exception& e) {
    owner_.complaints_.note(std::string{"closed a connection: "} + e.what());
    reply.close = true;
  }
  connection.held.assign(bytes.substr(std::min(used, bytes.size())));
  connection.out += reply.bytes;
  if (!connection.out.empty()) send(connection);
  if (reply.close) {
    connection.held.clear();
    end(connection);
  }
}

void Listener::Loop::send(Connection& connection) {
  const int fd = connection.socket.get();
  while (!connection.out.empty()) {
    const ssize_t n =
        ::send(fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
    if (n < 0) {
      connection.out.clear();
      return end(connection);
    }
    connection.out.erase(0, static_cast<size_t>(n));
  }
  if (!connection.ended) watch(EPOLL_CTL_MOD, fd, EPOLLIN);
}

void Listener::Loop::end(Connection& connection) {
  if (std::exchange(connection.ended, true)) return;
  connection.session->end(connection.held);
  connection.session.reset();
  connection.batch = owner_.batcher_.last();
  const int fd = connection.socket.get();
  watch(EPOLL_CTL_MOD, fd, connection.out.empty() ? 0 : uint32_t{EPOLLOUT});
  ended_.push_back(fd);
}

// A connection that broke leaves epoll here, too, so that it is not reported again and again.
void Listener::Loop::close_ended() {
  std::erase_if(ended_, [this](int fd) {
    Connection& connection = connections_.at(fd);
    if (!connection.out.empty() || !owner_.batcher_.written(connection.batch)) {
      if (connection.out.empty()) watch(EPOLL_CTL_DEL, fd, 0);
      return false;
    }
    if (owner_.batcher_.lost()) reset_on_close(fd);
    connections_.erase(fd);
    return true;
  });
}

// What the system has acknowledged in our name is taken, without waiting for more. Connections stay
// open until it has been written.
void Listener::Loop::drain() {
  const auto until = std::chrono::steady_clock::now() + drain_limit;
  if (owner_.transport_ == Transport::udp) return datagrams(SIZE_MAX);
  accept();
  for (auto& [fd, connection] : connections_) {
    for (int left = 1; !connection.ended && left > 0 && std::chrono::steady_clock::now() < until;) {
      pollfd wanted{fd, POLLIN, 0};
      left = poll(&wanted, 1, 0);
      if (left > 0) read(connection);
    }
    end(connection);
  }
}

}  // namespace tickwork::listener
