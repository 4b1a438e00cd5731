// SPDX-License-Identifier: MIT
// The small endpoints: /ping, /health, /metrics, /debug/vars.
#include "api.hpp"
#include "kit/gojson/gojson.hpp"

namespace tickwork::influxdb_api {

bool Api::may_ping(Exchange& x) { return !access_.ping_enabled() || identify(x).welcome; }

void Api::status(Exchange& x) {
  if (may_ping(x)) x.no_content();
}

void Api::ping(Exchange& x) {
  if (!may_ping(x)) return;
  std::string verbose = x.url_value("verbose");
  if (verbose.empty() || verbose == "0" || verbose == "false") return x.no_content();
  std::string body = "{\"version\":";
  gojson::append(body, version_);
  x.text(200, "application/json", body + "}");
}

void Api::health(Exchange& x) const {
  std::string body =
      "{\"checks\":[],\"message\":\"ready for queries and writes\",\"name\":\"influxdb\","
      "\"status\":\"pass\",\"version\":";
  gojson::append(body, version_);
  x.text(200, "application/json", body + "}");
}

void Api::metrics(Exchange& x) const {
  auto counter = [](const char* name, uint64_t n) {
    return std::string("# TYPE ") + name + " counter\n" + name + " " + std::to_string(n) + "\n";
  };
  x.text(200, "text/plain; version=0.0.4; charset=utf-8",
         counter("influxdb_http_write_requests_total", writes_) +
             counter("influxdb_http_write_points_total", points_) +
             counter("influxdb_http_write_errors_total", write_errors_) +
             counter("influxdb_http_query_requests_total", queries_) +
             counter("influxdb_http_query_errors_total", query_errors_) +
             counter("influxdb_http_authentication_failures_total", refused_));
}

void Api::vars(Exchange& x) const {
  auto number = [](const char* name, uint64_t n) {
    return "\"" + std::string(name) + "\":" + std::to_string(n);
  };
  std::string system = "{\"currentTime\":";
  gojson::append(system, gojson::timestamp(host_.now()));
  system += ",\"started\":";
  gojson::append(system, gojson::timestamp(started_ns_));
  system += ",\"uptime\":" + std::to_string((host_.now() - started_ns_) / 1'000'000'000) + "}";
  x.text(200, "application/json; charset=utf-8",
         "{\n\"system\": " + system +
             ",\n\"cmdline\": [\"tickwork\"],\n\"memstats\": {},\n"
             "\"httpd\": {\"name\":\"httpd\",\"tags\":{},\"values\":{" +
             number("authFail", refused_) + "," + number("pointsWrittenOK", points_) + "," +
             number("queryReq", queries_) + "," + number("writeReq", writes_) + "}}\n}\n");
}

}  // namespace tickwork::influxdb_api
