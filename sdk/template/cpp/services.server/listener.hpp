// A socket that listens, and whom it has accepted.
#pragma once

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <tickwork/tickwork.hpp>

// Where to listen: "host:port" or "unix:/path".
struct Address {
  std::string text, host, port, path;

  // Throws if it is none of both.
  explicit Address(const std::string& bind) : text{bind} {
    if (bind.starts_with("unix:")) {
      path = bind.substr(5);
      if (!path.empty() && path.size() < sizeof sockaddr_un{}.sun_path) return;
      throw tickwork::Error{TW_E_INVALID, "bind = \"" + bind + "\": the path must have 1 to 107 bytes"};
    }
    const size_t colon = std::min(bind.rfind(':'), bind.size());
    host = bind.substr(0, colon);
    port = bind.substr(std::min(colon + 1, bind.size()));
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty() || port.empty())
      throw tickwork::Error{TW_E_INVALID,
                            "bind = \"" + bind + "\" is neither \"host:port\" nor \"unix:/path\""};
  }
};

class Listener {
 public:
  explicit Listener(const Address& where) : path_{where.path} {
    if (path_.empty())
      listen_on_port(where);
    else
      listen_on_path(where);
  }
  ~Listener() {
    close(socket_);
    if (!path_.empty()) unlink(path_.c_str());
  }
  Listener(const Listener&) = delete;

  const std::string& address() const { return address_; }

  // From any thread: every accept ends, now and later.
  void stop() { shutdown(socket_, SHUT_RDWR); }

  // Less than 0: see errno. Several threads may wait.
  int accept(std::string& peer) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int socket = accept4(socket_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC);
    if (socket < 0) return socket;
    peer = name(from, size);
    const int yes = 1;
    if (path_.empty()) setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket;
  }

 private:
  [[noreturn]] static void fail(const Address& where, const std::string& why) {
    throw tickwork::Error{TW_E_IO, "cannot listen on " + where.text + ": " + why};
  }

  static std::string name(const sockaddr_storage& address, socklen_t size) {
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (address.ss_family == AF_UNIX) return "unix";
    if (getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
      return "";
    const std::string text = host;
    return (address.ss_family == AF_INET6 ? "[" + text + "]" : text) + ":" + port;
  }

  void listen_on_port(const Address& where) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    if (const int code = getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found); code != 0)
      fail(where, gai_strerror(code));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> kept{found, freeaddrinfo};
    listen(where, *found->ai_addr, found->ai_addrlen);
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &size);
    address_ = name(bound, size);
  }

  void listen_on_path(const Address& where) {
    sockaddr_un address{AF_UNIX, {}};
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto& any = reinterpret_cast<const sockaddr&>(address);
    // A socket that nobody listens on is left from a crash.
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(probe, &any, sizeof address) != 0 && errno == ECONNREFUSED) unlink(path_.c_str());
    close(probe);
    listen(where, any, sizeof address);
    address_ = where.text;
  }

  void listen(const Address& where, const sockaddr& address, socklen_t size) {
    const int yes = 1;
    socket_ = socket(address.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ >= 0 && setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        bind(socket_, &address, size) == 0 && ::listen(socket_, SOMAXCONN) == 0)
      return;
    const std::string why = strerror(errno);
    if (socket_ >= 0) close(socket_);
    fail(where, why);
  }

  int socket_ = -1;
  std::string path_, address_;
};
