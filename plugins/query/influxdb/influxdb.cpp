// SPDX-License-Identifier: MIT
// query.influxdb: hands InfluxQL to a server that speaks InfluxDB's HTTP API, so that a page or a
// task can query a store that runs in another process.
#include <tickwork/tickwork.hpp>

#include <boost/json.hpp>

#include <mutex>
#include <vector>

#include "answer.hpp"
#include "kit/http/http.hpp"

namespace tickwork::remote_influxdb {
namespace {

// Clients with open connections; a request takes one, so that requests do not wait for each other.
class Clients {
 public:
  explicit Clients(http::ClientOptions options) : options_{std::move(options)} {}
  std::unique_ptr<http::Client> take() {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<http::Client>(options_);
    auto out = std::move(idle_.back());
    idle_.pop_back();
    return out;
  }
  void give(std::unique_ptr<http::Client> client) {
    std::lock_guard lock(mutex_);
    if (idle_.size() < 8) idle_.push_back(std::move(client));
  }

 private:
  http::ClientOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<http::Client>> idle_;
};

http::ClientOptions client_options(const Config& config) {
  http::ClientOptions out;
  out.timeout = config.duration("timeout");
  out.username = config.str("username");
  out.password = config.str("password");
  out.user_agent = "tickwork";
  out.max_response_bytes = size_t{1} << 30;
  return out;
}

boost::json::value json_of(const tw_value& v) {
  switch (v.type) {
    case TW_FLOAT:
      return v.as.f;
    case TW_INT:
      return v.as.i;
    case TW_UINT:
      return v.as.u;
    case TW_BOOL:
      return v.as.b;
    default:
      return boost::json::string(v.as.s, v.len);
  }
}

std::string parameters_of(const tw_request& request) {
  if (request.params_json.len > 0 || request.n_params == 0) return string(request.params_json);
  boost::json::object out;
  for (size_t i = 0; i < request.n_params; ++i) {
    out[string(request.params[i].key)] = json_of(request.params[i].value);
  }
  return boost::json::serialize(out);
}

// The text of {"error": "..."}, or the body itself.
std::string error_of(const http::Response& response) {
  boost::system::error_code failed;
  boost::json::value body = boost::json::parse(response.body, failed);
  if (!failed && body.is_object()) {
    const auto* text = body.get_object().if_contains("error");
    if (text && text->is_string()) return std::string(text->get_string());
  }
  return "the server answered " + std::to_string(response.code) + ": " +
         response.body.substr(0, 200);
}

class RemoteInfluxDb {
 public:
  static constexpr const char* language = "influxql";
  static constexpr const char* example = "SELECT * FROM \"cpu\"";

  RemoteInfluxDb(Host, Config config) : url_{config.str("url")}, clients_{client_options(config)} {
    while (url_.ends_with('/')) url_.pop_back();
    http::Url parts;
    if (!http::parse_url(url_, parts)) {
      throw Error{TW_E_INVALID, "url is no URL: \"" + url_ + "\"; give http://host:port"};
    }
  }

  void run(const tw_request& request, tw_results& out) {
    http::Params form = {{"q", string(request.text)}, {"epoch", "ns"}};
    if (request.database.len > 0) form.emplace_back("db", string(request.database));
    if (request.retention.len > 0) form.emplace_back("rp", string(request.retention));
    if (std::string params = parameters_of(request); !params.empty()) {
      form.emplace_back("params", params);
    }
    bool read_only = (request.flags & TW_QUERY_READ_ONLY) != 0;
    auto client = clients_.take();
    http::Response response =
        read_only ? client->get(url_ + "/query?" + http::encode_query(form))
                  : client->post(url_ + "/query", http::encode_query(form),
                                 {{"Content-Type", "application/x-www-form-urlencoded"}});
    clients_.give(std::move(client));
    if (response.code == 400) throw Error{TW_E_INVALID, error_of(response)};
    if (response.code == 401 || response.code == 403) {
      throw Error{TW_E_DENIED, error_of(response)};
    }
    if (response.code != 200) throw Error{TW_E_IO, error_of(response)};
    fill_results(response.body, out);
  }

 private:
  std::string url_;
  Clients clients_;
};

constexpr tw_option options[] = {
    {"url", TW_OPT_STRING, 0, "\"http://127.0.0.1:8086\"", "Server to ask"},
    {"username", TW_OPT_STRING, 0, "\"\"", "User, if the server wants one"},
    {"password", TW_OPT_STRING, TW_SECRET, "\"\"", "Password of that user"},
    {"timeout", TW_OPT_DURATION, 0, "\"60s\"", "Longest wait for an answer"},
    {}};

}  // namespace
}  // namespace tickwork::remote_influxdb

TICKWORK_MODULE("org.tickwork.query.influxdb", "0.1.0", "MIT",
                tickwork::plugin<tickwork::remote_influxdb::RemoteInfluxDb>(
                    "query.influxdb", "InfluxQL asked of a remote InfluxDB-compatible server",
                    tickwork::remote_influxdb::options));
