// SPDX-License-Identifier: MIT
#include "server.hpp"

#include <tickwork/host.h>
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <tickwork/cpp/error.hpp>
#include <unordered_map>

#include "connection.hpp"

namespace tickwork::http_server {

using boost::system::error_code;
using net::ip::tcp;

namespace {

struct Address {
  std::string host, port;
};

Address split_address(const std::string& bind) {
  const size_t colon = bind.rfind(':');
  if (colon == bind.npos || colon + 1 == bind.size()) {
    throw Error{TW_E_INVALID,
                "bind = \"" + bind + "\" has no port; write \"host:port\" or \":port\""};
  }
  std::string host = bind.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return {host.empty() || host == "*" ? "" : host, bind.substr(colon + 1)};
}

int tls_version(const std::string& name) {
  if (name == "TLS10") return TLS1_VERSION;
  if (name == "TLS11") return TLS1_1_VERSION;
  if (name == "TLS12") return TLS1_2_VERSION;
  if (name == "TLS13") return TLS1_3_VERSION;
  throw Error{TW_E_INVALID,
              "tls_min_version = \"" + name + "\" is none of TLS10 TLS11 TLS12 TLS13"};
}

std::unique_ptr<net::ssl::context> make_tls(const Settings& settings) {
  if (settings.tls_cert.empty()) return nullptr;
  auto tls = std::make_unique<net::ssl::context>(net::ssl::context::tls_server);
  const auto need = [](const error_code& error, const std::string& file) {
    if (error) throw Error{TW_E_IO, "cannot use " + file + ": " + error.message()};
  };
  const std::string& key = settings.tls_key.empty() ? settings.tls_cert : settings.tls_key;
  error_code error;
  SSL_CTX_set_min_proto_version(tls->native_handle(), tls_version(settings.tls_min_version));
  SSL_CTX_set_options(tls->native_handle(), SSL_OP_NO_RENEGOTIATION);
  need(tls->use_certificate_chain_file(settings.tls_cert, error), settings.tls_cert);
  need(tls->use_private_key_file(key, net::ssl::context::pem, error), key);
  if (!settings.tls_allowed_cacerts.empty()) {
    need(tls->load_verify_file(settings.tls_allowed_cacerts, error), settings.tls_allowed_cacerts);
    tls->set_verify_mode(net::ssl::verify_peer | net::ssl::verify_fail_if_no_peer_cert);
  }
  return tls;
}

}  // namespace

struct Server::Inside {
  const Settings& settings;
  std::unique_ptr<net::ssl::context> tls;
  std::shared_ptr<net::io_context> context = std::make_shared<net::io_context>();
  LeaderThreads threads{*context};
  Shared shared;
  // A held response alone is no work, yet somebody must run what its end posts.
  net::executor_work_guard<net::io_context::executor_type> work{context->get_executor()};
  // One at a time: accepting and its end.
  net::strand<net::io_context::executor_type> listening = net::make_strand(*context);
  tcp::acceptor acceptor{listening};
  net::steady_timer pause{listening};
  std::string address;
  std::mutex mutex;
  std::condition_variable changed;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> connections;

  Inside(const Settings& given, const Routes& routes);
  void listen();
  void open(const tcp::endpoint& endpoint);
  void accept();
  void accepted(const error_code& error, Socket socket);
  void welcome(Socket socket);
  void stop();
  bool wait_empty(std::chrono::nanoseconds limit);
  void stop_connections(bool abort);
};

Server::Inside::Inside(const Settings& given, const Routes& routes)
    : settings{given}, tls{make_tls(given)}, shared{given, routes, threads} {
  listen();
  accept();
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  const unsigned count = given.threads > 0 ? given.threads : std::max(4U, 2 * processors);
  threads.start(count);
}

void Server::Inside::open(const tcp::endpoint& endpoint) {
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address{true});
  if (endpoint.protocol() == tcp::v6()) acceptor.set_option(net::ip::v6_only{false});
  acceptor.bind(endpoint);
  acceptor.listen();
}

void Server::Inside::listen() {
  const auto [host, port] = split_address(settings.bind);
  try {
    if (host.empty()) {
      const auto number = static_cast<unsigned short>(std::stoul(port));
      try {
        open({tcp::v6(), number});
      } catch (const boost::system::system_error&) {  // a machine without IPv6
        acceptor.close();
        open({tcp::v4(), number});
      }
    } else {
      tcp::resolver resolver{*context};
      open(*resolver.resolve(host, port, tcp::resolver::passive).begin());
    }
  } catch (const boost::system::system_error& error) {
    throw Error{TW_E_IO, "cannot listen on " + settings.bind + ": " + error.code().message()};
  } catch (const std::logic_error&) {
    throw Error{TW_E_INVALID, "bind = \"" + settings.bind + "\": \"" + port + "\" is no port"};
  }
  const auto bound = acceptor.local_endpoint();
  const std::string name = bound.address().to_string();
  address =
      (bound.address().is_v6() ? "[" + name + "]" : name) + ":" + std::to_string(bound.port());
}

void Server::Inside::accept() {
  auto socket = std::make_shared<Socket>(net::make_strand(*context));
  tcp::socket& plain = socket->socket();
  acceptor.async_accept(plain, [this, socket = std::move(socket)](const error_code& error) {
    accepted(error, std::move(*socket));
  });
}

void Server::Inside::accepted(const error_code& error, Socket socket) {
  if (shared.stopping) return;
  if (!error) {
    welcome(std::move(socket));
    return accept();
  }
  // Out of descriptors: others must close first.
  settings.log(TW_LOG_ERROR, "cannot accept a connection: " + error.message());
  pause.expires_after(std::chrono::milliseconds{100});
  pause.async_wait([this](const error_code&) {
    if (!shared.stopping) accept();
  });
}

void Server::Inside::welcome(Socket socket) {
  const auto closed = [this](Connection* key) {
    const std::lock_guard lock{mutex};
    connections.erase(key);
    changed.notify_all();
  };
  const auto connection =
      std::make_shared<Connection>(context, shared, std::move(socket), tls.get(), closed);
  {
    const std::lock_guard lock{mutex};
    connections.emplace(connection.get(), connection);
  }
  connection->start();
}

bool Server::Inside::wait_empty(std::chrono::nanoseconds limit) {
  std::unique_lock lock{mutex};
  return changed.wait_for(lock, limit, [this] { return connections.empty(); });
}

void Server::Inside::stop_connections(bool abort) {
  std::vector<std::shared_ptr<Connection>> open;
  {
    const std::lock_guard lock{mutex};
    for (const auto& [key, weak] : connections) {
      if (auto connection = weak.lock()) open.push_back(std::move(connection));
    }
  }
  for (const auto& connection : open) connection->stop(abort);
}

void Server::Inside::stop() {
  shared.stopping = true;
  net::post(listening, [this] { acceptor.close(); });
  stop_connections(false);
  const auto until = std::chrono::steady_clock::now() + settings.drain_timeout;
  // A connection may just have become idle while it was asked: ask again.
  while (!wait_empty(std::chrono::milliseconds{50}) && std::chrono::steady_clock::now() < until) {
    stop_connections(false);
  }
  while (!wait_empty({})) {
    stop_connections(true);
    wait_empty(std::chrono::milliseconds{50});
  }
  work.reset();
  threads.join();
}

Server::Server(const Settings& settings, const Routes& routes)
    : inside_{std::make_unique<Inside>(settings, routes)} {}
Server::~Server() { inside_->stop(); }
const std::string& Server::address() const { return inside_->address; }

}  // namespace tickwork::http_server
