// SPDX-License-Identifier: MIT
// HTTP for plugins: a small client over libcurl, and the texts of URLs (percent codes, queries,
// forms) that handlers behind a tw.http-server read. No server here: that is the plugin
// services.http.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickwork::http {

// ---- Texts of URLs

// %XX becomes a byte; broken codes stay as they are. plus: "+" becomes a blank, as in queries.
std::string percent_decode(std::string_view text, bool plus = false);
// Everything but letters, digits and -._~ becomes %XX.
std::string percent_encode(std::string_view text);

using Params = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=x%20y" of a query or of a form body, in its order; ";" separates too.
Params parse_query(std::string_view query);
std::string encode_query(const Params& params);
// The first value of that name, empty without one; has tells the two apart.
std::string_view get(const Params& params, std::string_view name);
bool has(const Params& params, std::string_view name);

struct Url {
  std::string scheme, user, password, host, port, path, query;  // decoded: user, password
};
// Splits "http://user:pw@host:80/path?query"; false if it has no scheme or no host.
bool parse_url(std::string_view text, Url& url);

// ---- Client

using Headers = std::vector<std::pair<std::string, std::string>>;

struct TlsOptions {
  std::string ca, cert, key, key_password;  // files; empty ca: the system's
  std::string min_version;                  // "TLS10" to "TLS13", empty: the library's
  bool verify = true;
};

struct ClientOptions {
  std::chrono::nanoseconds timeout = std::chrono::seconds{5};  // of a whole exchange; 0: none
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds{5};
  std::string user_agent, username, password, bearer_token;
  std::string proxy;        // "http://host:port"; empty: none, not even the environment's
  std::string unix_socket;  // connect to this path whatever the URL's host
  std::string local_address;
  TlsOptions tls;
  bool follow_redirects = false;
  size_t max_response_bytes = size_t{64} << 20;
};

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string_view body;  // sent for POST, PUT, PATCH and where not empty
  // Takes the body piece by piece instead of Response::body; false ends the exchange.
  std::function<bool(std::string_view)> on_data = {};
};

struct Response {
  long code = 0;
  Headers headers;
  std::string body;
  std::string_view header(std::string_view name) const;  // any case; empty without one
};

// Keeps its connections open between requests. One thread at a time, except cancel.
class Client {
 public:
  explicit Client(ClientOptions options = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Any answer of the server, 4xx and 5xx too, is a Response; no answer throws tickwork::Error
  // TW_E_IO ("cannot POST to http://h/write: Connection refused") or TW_E_CANCELLED.
  Response send(const Request& request);
  Response get(const std::string& url, Headers headers = {});
  Response post(const std::string& url, std::string_view body, Headers headers = {});

  void cancel() noexcept;  // any thread: the exchange under way and all later ones fail soon
  void reset() noexcept;   // undoes cancel

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tickwork::http
