// SPDX-License-Identifier: MIT
// A listening server: threads, acceptors, TLS, and the connections that are open.
#pragma once

#include <memory>
#include <string>

#include "routes.hpp"
#include "settings.hpp"

namespace tickwork::http_server {

class Server {
 public:
  // settings and routes must outlive the server. Throws tickwork::Error if it cannot listen.
  Server(const Settings& settings, const Routes& routes);
  // Lets running handlers finish for drain_timeout, then cuts every connection.
  ~Server();

  const std::string& address() const;  // "127.0.0.1:8086" as bound

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tickwork::http_server
