// SPDX-License-Identifier: MIT
#include "socket.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tickwork::listener {

namespace {

[[noreturn]] void cannot(const std::string& bind, const char* why) {
  throw Error{TW_E_IO, "cannot listen on " + bind + ": " + why};
}

Descriptor bind_one(const std::string& bind_text, const addrinfo& to, int64_t read_buffer) {
  Descriptor socket{::socket(to.ai_family, to.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket) cannot(bind_text, std::strerror(errno));
  const int on = 1, off = 0;
  if (to.ai_socktype == SOCK_STREAM) {
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (to.ai_family == AF_INET6) {
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  if (read_buffer > 0) {
    const int bytes = static_cast<int>(std::min<int64_t>(read_buffer, INT32_MAX / 2));
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  if (::bind(socket.get(), to.ai_addr, to.ai_addrlen) != 0 ||
      (to.ai_socktype == SOCK_STREAM && ::listen(socket.get(), SOMAXCONN) != 0)) {
    cannot(bind_text, std::strerror(errno));
  }
  return socket;
}

}  // namespace

Transport transport(std::string_view protocol) {
  if (protocol == "udp") return Transport::udp;
  if (protocol == "tcp") return Transport::tcp;
  throw Error{TW_E_INVALID,
              "protocol = \"" + std::string{protocol} + "\" is neither \"udp\" nor \"tcp\""};
}

Descriptor open_socket(const std::string& bind, Transport transport, int64_t read_buffer) {
  const size_t colon = bind.rfind(':');
  if (colon == bind.npos || colon + 1 == bind.size()) {
    throw Error{TW_E_INVALID,
                "bind = \"" + bind + "\" has no port; write \"host:port\" or \":port\""};
  }
  std::string host = bind.substr(0, colon);
  const std::string port = bind.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "*") host.clear();
  addrinfo hints{};
  hints.ai_socktype = transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
  hints.ai_flags = AI_PASSIVE;
  hints.ai_family = host.empty() ? AF_INET6 : AF_UNSPEC;
  const auto resolve = [&] {
    addrinfo* found = nullptr;
    const int error =
        getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found);
    if (error != 0) cannot(bind, gai_strerror(error));
    return std::unique_ptr<addrinfo, void (*)(addrinfo*)>{found, freeaddrinfo};
  };
  if (host.empty()) {
    try {
      return bind_one(bind, *resolve(), read_buffer);
    } catch (const Error&) {  // perhaps a machine without IPv6
      hints.ai_family = AF_INET;
    }
  }
  return bind_one(bind, *resolve(), read_buffer);
}

std::string bound_address(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length);
  char host[NI_MAXHOST], port[NI_MAXSERV];
  if (getnameinfo(reinterpret_cast<sockaddr*>(&address), length, host, sizeof host, port,
                  sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "?";
  }
  const std::string name{host};
  return (address.ss_family == AF_INET6 ? "[" + name + "]" : name) + ":" + port;
}

}  // namespace tickwork::listener
