// SPDX-License-Identifier: MIT
// services.http: the listening HTTP server that other plugins register routes with.
#include <memory>
#include <mutex>
#include <tickwork/tickwork.hpp>

#include "routes.hpp"
#include "server.hpp"

namespace tickwork::http_server {
namespace {

Settings read_settings(Host host, Config config) {
  Settings settings;
  settings.bind = config.str("bind");
  settings.threads = static_cast<unsigned>(std::max<int64_t>(0, config.num("threads")));
  settings.max_body_size = static_cast<uint64_t>(config.num("max_body_size"));
  settings.tls_cert = config.str("tls_cert");
  settings.tls_key = config.str("tls_key");
  settings.tls_min_version = config.str("tls_min_version");
  settings.tls_allowed_cacerts = config.str("tls_allowed_cacerts");
  settings.read_timeout = config.duration("read_timeout");
  settings.write_timeout = config.duration("write_timeout");
  settings.idle_timeout = config.duration("idle_timeout");
  settings.drain_timeout = config.duration("drain_timeout");
  settings.access_log = config.boolean("access_log");
  settings.log = [host](int level, std::string_view line) { host.log(level, line); };
  return settings;
}

class HttpService {
 public:
  HttpService(Host host, Config config) : host_{host}, settings_{read_settings(host, config)} {}

  void start() {
    auto server = std::make_unique<Server>(settings_, routes_);
    host_.info("listening on " + server->address() + (settings_.tls_cert.empty() ? "" : " (TLS)"));
    const std::lock_guard lock{mutex_};
    address_ = server->address();
    server_ = std::move(server);
  }
  void stop() {
    std::unique_ptr<Server> server;
    const std::lock_guard lock{mutex_};
    server = std::move(server_);
  }

  void route(const tw_http_route& route) {
    if (routes_.add(route)) return;
    throw Error{TW_E_INVALID, "the route " + string(route.method) + " " + string(route.pattern) +
                                  " of " + std::string{host_.name()} + " is taken"};
  }
  void unroute(void* self) { routes_.remove(self); }

  tw_str address() {
    const std::lock_guard lock{mutex_};
    return str(address_);
  }

 private:
  Host host_;
  Settings settings_;
  Routes routes_;
  std::mutex mutex_;
  std::string address_;
  std::unique_ptr<Server> server_;
};

constexpr tw_option options[] = {
    {"bind", TW_OPT_STRING, 0, "\"127.0.0.1:8086\"",
     "Address to listen on: \"host:port\", or \":port\" for every address"},
    {"threads", TW_OPT_INT, 0, "0",
     "Threads that run handlers; 0: twice the processors, at least four"},
    {"max_body_size", TW_OPT_SIZE, 0, "25000000", "Largest request body, 0: no limit"},
    {"read_timeout", TW_OPT_DURATION, 0, "\"30s\"", "Longest pause within a request"},
    {"write_timeout", TW_OPT_DURATION, 0, "\"30s\"",
     "Longest wait for a client that does not read its answer"},
    {"idle_timeout", TW_OPT_DURATION, 0, "\"120s\"", "Longest pause between two requests"},
    {"drain_timeout", TW_OPT_DURATION, 0, "\"3s\"", "Time for open answers when stopping"},
    {"access_log", TW_OPT_BOOL, 0, "false", "Log a line for each request"},
    {"tls_cert", TW_OPT_STRING, 0, "\"\"", "Certificate chain (PEM); turns TLS on"},
    {"tls_key", TW_OPT_STRING, 0, "\"\"", "Private key (PEM); empty: in tls_cert"},
    {"tls_min_version", TW_OPT_STRING, 0, "\"TLS12\"", "TLS10, TLS11, TLS12 or TLS13"},
    {"tls_allowed_cacerts", TW_OPT_STRING, 0, "\"\"",
     "Clients must show a certificate signed by one of these (PEM)"},
    {}};

}  // namespace
}  // namespace tickwork::http_server

TICKWORK_MODULE("org.tickwork.services.http", "0.1.0", "MIT",
                tickwork::plugin<tickwork::http_server::HttpService>(
                    "services.http", "HTTP server for the routes of other plugins",
                    tickwork::http_server::options, TW_CONCURRENT | TW_EXCLUSIVE));
