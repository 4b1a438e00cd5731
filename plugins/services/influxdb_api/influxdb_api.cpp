// SPDX-License-Identifier: MIT
// services.influxdb_api: registers InfluxDB's endpoints with an HTTP server.
#include <tickwork/tickwork.hpp>

#include <functional>
#include <list>

#include "api.hpp"

namespace tickwork::influxdb_api {
namespace {

// One path: what it answers, and to which methods.
struct Endpoint {
  Api& api;
  Host host;
  std::string allowed;  // "POST, OPTIONS"
  std::function<void(Exchange&)> run;
};

bool lists(std::string_view allowed, std::string_view method) {
  for (size_t at = allowed.find(method); at != std::string_view::npos;
       at = allowed.find(method, at + 1)) {
    size_t end = at + method.size();
    bool starts = at == 0 || allowed[at - 1] == ' ';
    if (starts && (end == allowed.size() || allowed[end] == ',')) return true;
  }
  return false;
}

tw_status handle(void* self, const tw_http_request* request, const tw_http_response* response,
                 tw_error* error) {
  return detail::guard(error, [&] {
    auto& endpoint = *static_cast<Endpoint*>(self);
    Exchange x(*request, *response, endpoint.host, endpoint.api.version(),
               endpoint.api.most_unpacked());
    if (!lists(endpoint.allowed, x.method())) return x.not_allowed(endpoint.allowed);
    if (x.method() == "OPTIONS") return x.text(200, "application/json", "");
    try {
      endpoint.run(x);
    } catch (const TooLarge& e) {
      x.error(413, e.what());
    }
  });
}

class InfluxDbApi {
 public:
  InfluxDbApi(Host host, Config config)
      : host_{host},
        http_{host.find<tw_http_server>(config.str("http"))},
        api_{host,
             host.find<tw_storage>(config.str("storage")),
             host.find<tw_query>(config.str("query")),
             config.str("version"),
             config.boolean("unsigned_integers"),
             static_cast<size_t>(config.num("max_unpacked_size")),
             {config.boolean("auth_enabled"), config.boolean("ping_auth_enabled"),
              std::string(config.str("shared_secret"))}} {
    add("/ping", "GET, HEAD, OPTIONS", [this](Exchange& x) { api_.ping(x); });
    add("/status", "GET, HEAD, OPTIONS", [this](Exchange& x) { api_.status(x); });
    add("/health", "GET, HEAD", [this](Exchange& x) { api_.health(x); });
    add("/metrics", "GET", [this](Exchange& x) { api_.metrics(x); });
    add("/debug/vars", "GET", [this](Exchange& x) { api_.vars(x); });
    add("/write", "OPTIONS, POST", [this](Exchange& x) { api_.write(x); });
    add("/api/v2/write", "OPTIONS, POST", [this](Exchange& x) { api_.write_v2(x); });
    add("/query", "GET, OPTIONS, POST", [this](Exchange& x) { api_.query(x); });
    add("/api/v1/prom/write", "OPTIONS, POST", [this](Exchange& x) { api_.prometheus_write(x); });
    add("/api/v1/prom/read", "OPTIONS, POST", [this](Exchange& x) { api_.prometheus_read(x); });
    add("/api/v2/query", "POST", [this](Exchange& x) { api_.query_v2(x); });
  }

  void start() {
    for (auto& [pattern, endpoint] : endpoints_) {
      tw_http_route route{sizeof route, str("*"), str(pattern), &endpoint, handle};
      http_.call(&tw_http_server::route, static_cast<const tw_http_route*>(&route));
    }
  }

  void stop() {
    for (auto& [pattern, endpoint] : endpoints_) {
      http_.vtable().unroute(http_.self(), &endpoint);
    }
  }

 private:
  void add(const char* pattern, const char* allowed, std::function<void(Exchange&)> run) {
    endpoints_.emplace_back(pattern, Endpoint{api_, host_, allowed, std::move(run)});
  }

  Host host_;
  Ref<tw_http_server> http_;
  Api api_;
  std::list<std::pair<std::string, Endpoint>> endpoints_;
};

constexpr tw_option options[] = {
    {"http", TW_OPT_STRING, 0, "\"\"", "Name of the HTTP server; empty: the only one"},
    {"storage", TW_OPT_STRING, 0, "\"\"", "Name of the storage written to; empty: the only one"},
    {"query", TW_OPT_STRING, 0, "\"\"", "Name of the InfluxQL engine; empty: the only one"},
    {"version", TW_OPT_STRING, 0, "\"1.8.10\"",
     "InfluxDB version that clients are told; some choose features by it"},
    {"unsigned_integers", TW_OPT_BOOL, 0, "false",
     "Accept unsigned integers such as 1u, which InfluxDB 1.x refuses"},
    {"max_unpacked_size", TW_OPT_SIZE, 0, "\"25MB\"",
     "Larger bodies are refused when gzip is unpacked; 0: no limit"},
    {"auth_enabled", TW_OPT_BOOL, 0, "false", "Ask for credentials and check grants"},
    {"shared_secret", TW_OPT_STRING, TW_SECRET, "\"\"",
     "Secret that signs JSON web tokens; empty: none are accepted"},
    {"ping_auth_enabled", TW_OPT_BOOL, 0, "false", "Ask for credentials at /ping as well"},
    {}};

}  // namespace
}  // namespace tickwork::influxdb_api

TICKWORK_MODULE("org.tickwork.services.influxdb_api", "0.1.0", "MIT",
                tickwork::plugin<tickwork::influxdb_api::InfluxDbApi>(
                    "services.influxdb_api", "InfluxDB 1.x HTTP API over a storage",
                    tickwork::influxdb_api::options));
