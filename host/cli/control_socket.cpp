// SPDX-License-Identifier: MIT
#include "cli/control_socket.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <sstream>
#include <utility>

namespace tickwork::host {
namespace {

constexpr size_t largest_request = 1 << 20;
constexpr std::chrono::seconds patience{2};

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_{fd} {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator int() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Failure refused(const std::string& path, const std::string& why) {
  return {TW_E_IO, fmt::format("control socket {}: {}", path, why)};
}

Failure failed(const std::string& path) { return refused(path, std::strerror(errno)); }

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return refused(path,
                   fmt::format("a path of 1 to {} bytes is needed", sizeof address.sun_path - 1));
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

int open_socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

int connect_to(int fd, const sockaddr_un& address) {
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// Removes what a killed process left.
Done make_room(const std::string& path, const sockaddr_un& address) {
  struct stat file {};
  if (lstat(path.c_str(), &file) != 0) return std::monostate{};
  if (!S_ISSOCK(file.st_mode)) return refused(path, "is there and no socket");
  const Descriptor probe{open_socket()};
  if (connect_to(probe, address) == 0) return refused(path, "another process listens there");
  if (unlink(path.c_str()) != 0) return failed(path);
  return std::monostate{};
}

std::string sender_of(int fd) {
  ucred who{};
  socklen_t size = sizeof who;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return "unknown";
  return fmt::format("uid {}, pid {}", who.uid, who.pid);
}

// All until the other side shuts down; nothing when that takes too long or is too much.
std::optional<std::string> receive(int fd) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::string bytes;
  for (char part[4096];;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd ready{fd, POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) return {};
    const ssize_t n = recv(fd, part, sizeof part, 0);
    if (n < 0) return {};
    if (n == 0) return bytes;
    bytes.append(part, static_cast<size_t>(n));
    if (bytes.size() > largest_request) return {};
  }
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::optional<ControlRequest> request_in(const std::string& bytes) {
  const size_t end = bytes.find('\n');
  std::istringstream line{bytes.substr(0, end)};
  ControlRequest request;
  for (std::string word; line >> word;) request.words.push_back(std::move(word));
  if (request.words.empty()) return {};
  if (end != bytes.npos) request.body = bytes.substr(end + 1);
  return request;
}

}  // namespace

Result<ControlSocket> ControlSocket::listen(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return address.failure();
  if (const Done room = make_room(path, *address); !room) return room.failure();
  Descriptor fd{open_socket()};
  const mode_t before = umask(0117);  // nobody else gets in between bind and chmod
  const int bound = bind(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  umask(before);
  if (bound != 0 || ::listen(fd, 16) != 0) return failed(path);
  return ControlSocket{fd.release(), path};
}

ControlSocket::ControlSocket(ControlSocket&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)}, path_{std::move(other.path_)} {}

ControlSocket::~ControlSocket() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(path_.c_str());
}

void ControlSocket::serve(
    const std::function<Result<std::string>(const ControlRequest&)>& answer) const {
  for (pollfd calls{fd_, POLLIN, 0}; poll(&calls, 1, 0) > 0;) {
    const Descriptor peer{accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)};
    if (peer < 0) return;
    const timeval limit{patience.count(), 0};  // for a peer that does not read
    setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const auto bytes = receive(peer);
    auto request = bytes ? request_in(*bytes) : std::nullopt;
    if (!request) {
      send_all(peer, "error\nno request, one of more than 1 MiB, or one that took more than 2 s\n");
      continue;
    }
    request->sender = sender_of(peer);
    const auto answered = answer(*request);
    send_all(peer, answered ? "ok\n" + *answered : "error\n" + answered.failure().message + "\n");
  }
}

Result<std::string> ask_host(const std::string& path, const std::string& line,
                             const std::string& body) {
  const auto address = address_of(path);
  if (!address) return address.failure();
  const Descriptor fd{open_socket()};
  if (connect_to(fd, *address) != 0) return failed(path);
  if (!send_all(fd, line + "\n" + body) || shutdown(fd, SHUT_WR) != 0) return failed(path);
  std::string answer;
  for (char part[4096];;) {
    const ssize_t n = recv(fd, part, sizeof part, 0);
    if (n < 0) return failed(path);
    if (n == 0) break;
    answer.append(part, static_cast<size_t>(n));
  }
  if (answer.starts_with("ok\n")) return answer.substr(3);
  if (!answer.starts_with("error\n")) return refused(path, "the host ended before it answered");
  answer = answer.substr(6);
  while (answer.ends_with('\n')) answer.pop_back();
  return Failure{TW_E_INVALID, answer};
}

}  // namespace tickwork::host
