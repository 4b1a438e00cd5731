// SPDX-License-Identifier: MIT
// handlers.post: sends each alert event as JSON to a URL.
#include <tickwork/tickwork.hpp>

#include "kit/alertfilter/alertfilter.hpp"
#include "kit/http/http.hpp"

namespace {

using tickwork::Error;
namespace http = tickwork::http;

class PostHandler {
 public:
  PostHandler(tickwork::Host host, tickwork::Config config)
      : host_{host},
        filter_{config.str("topic"), config.str("match"), host},
        url_{config.str("url")},
        capture_{config.boolean("capture_response")},
        client_{client_options(config)} {
    http::Url parts;
    if (!http::parse_url(url_, parts))
      throw Error{TW_E_INVALID, "url must be a URL, got \"" + url_ + "\""};
    headers_.emplace_back("Content-Type", "application/json");
    for (auto& line : config.strings("headers")) {
      auto colon = line.find(':');
      if (colon == line.npos)
        throw Error{TW_E_INVALID, "headers must be \"Name: value\", got \"" + line + "\""};
      auto value = line.find_first_not_of(' ', colon + 1);
      headers_.emplace_back(line.substr(0, colon), value == line.npos ? "" : line.substr(value));
    }
  }

  void handle(const tw_event& event) {
    if (!filter_.wants(event)) return;
    auto response = client_.post(url_, tickwork::string(event.json) + "\n", headers_);
    if (capture_)
      host_.info("POST " + url_ + " answered " + std::to_string(response.code) + ": " +
                 response.body);
    if (response.code / 100 != 2)
      throw Error{TW_E_IO, "POST " + url_ + " answered " + std::to_string(response.code) + ": " +
                               response.body.substr(0, 200)};
  }

 private:
  static http::ClientOptions client_options(tickwork::Config config) {
    http::ClientOptions options;
    options.timeout = config.duration("timeout");
    options.username = config.str("username");
    options.password = config.str("password");
    options.tls.verify = !config.boolean("skip_ssl_verification");
    return options;
  }

  tickwork::Host host_;
  tickwork::AlertFilter filter_;
  std::string url_;
  bool capture_;
  http::Headers headers_;
  http::Client client_;
};

constexpr tw_option options[] = {
    {"url", TW_OPT_STRING, TW_REQUIRED, nullptr, "Where to POST events"},
    {"headers", TW_OPT_STRING, TW_LIST, "[]", "Further headers, \"Name: value\""},
    {"username", TW_OPT_STRING, 0, "\"\"", "User for basic authentication"},
    {"password", TW_OPT_STRING, TW_SECRET, "\"\"", "Password for basic authentication"},
    {"timeout", TW_OPT_DURATION, 0, "\"10s\"", "Longest time of one request"},
    {"capture_response", TW_OPT_BOOL, 0, "false", "Log what the server answers"},
    {"skip_ssl_verification", TW_OPT_BOOL, 0, "false", "Accept any certificate"},
    {"topic", TW_OPT_STRING, 0, "\"\"", "Topics to speak of, a glob; empty: all"},
    {"match", TW_OPT_STRING, 0, "\"\"", "Expression over the event's tags, changed(), level() ..."},
    {}};

}  // namespace

TICKWORK_MODULE("tickwork.handlers.post", "1.0.0", "MIT",
                tickwork::plugin<PostHandler>("handlers.post", "Posts alert events to a URL",
                                              options));
