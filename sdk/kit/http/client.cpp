// SPDX-License-Identifier: MIT
// The client: one libcurl easy handle, which keeps its connections.
#include <curl/curl.h>

#include <atomic>
#include <mutex>
#include <tickwork/cpp/error.hpp>

#include "http.hpp"

namespace tickwork::http {
namespace {

struct EasyFree {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

long milliseconds(std::chrono::nanoseconds time) {
  return static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

long tls_version(const std::string& name) {
  if (name == "TLS10") return CURL_SSLVERSION_TLSv1_0;
  if (name == "TLS11") return CURL_SSLVERSION_TLSv1_1;
  if (name == "TLS12") return CURL_SSLVERSION_TLSv1_2;
  if (name == "TLS13") return CURL_SSLVERSION_TLSv1_3;
  return CURL_SSLVERSION_DEFAULT;
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

struct Client::State {
  ClientOptions options;
  std::unique_ptr<CURL, EasyFree> curl;
  std::atomic<bool> cancelled{false};
  char error[CURL_ERROR_SIZE] = {};
  const Request* request = nullptr;
  Response* response = nullptr;
  bool overflow = false;

  explicit State(ClientOptions given);
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl.get(), option, value);
  }
  void set_text(CURLoption option, const std::string& value) {
    if (!value.empty()) set(option, value.c_str());
  }
  void set_connection();
  void set_tls();
  void set_body();
  Response send(const Request& given);
  [[noreturn]] void fail(CURLcode code) const;

  static size_t on_body(char* data, size_t size, size_t count, void* self);
  static size_t on_header(char* data, size_t size, size_t count, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
};

Client::State::State(ClientOptions given) : options{std::move(given)} {
  // Thread-safe since 7.84 where the library says so; the flag makes it once per library anyway.
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  curl.reset(curl_easy_init());
  if (!curl) throw Error{TW_E_NOMEM, "cannot create an HTTP client"};
  set_connection();
  set_tls();
}

void Client::State::set_connection() {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_ERRORBUFFER, error);
  set(CURLOPT_TIMEOUT_MS, milliseconds(options.timeout));
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.connect_timeout));
  set(CURLOPT_PROXY, options.proxy.c_str());
  set(CURLOPT_FOLLOWLOCATION, options.follow_redirects ? 1L : 0L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &State::on_progress);
  set(CURLOPT_XFERINFODATA, this);
  set(CURLOPT_WRITEFUNCTION, &State::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &State::on_header);
  set(CURLOPT_HEADERDATA, this);
  set_text(CURLOPT_USERAGENT, options.user_agent);
  set_text(CURLOPT_USERNAME, options.username);
  set_text(CURLOPT_PASSWORD, options.password);
  set_text(CURLOPT_UNIX_SOCKET_PATH, options.unix_socket);
  set_text(CURLOPT_INTERFACE, options.local_address);
  if (!options.username.empty()) set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
  if (options.bearer_token.empty()) return;
  set(CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
  set_text(CURLOPT_XOAUTH2_BEARER, options.bearer_token);
}

void Client::State::set_tls() {
  const TlsOptions& tls = options.tls;
  set_text(CURLOPT_CAINFO, tls.ca);
  set_text(CURLOPT_SSLCERT, tls.cert);
  set_text(CURLOPT_SSLKEY, tls.key);
  set_text(CURLOPT_KEYPASSWD, tls.key_password);
  set(CURLOPT_SSLVERSION, tls_version(tls.min_version));
  set(CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
}

void Client::State::set_body() {
  const std::string& method = request->method;
  const bool body =
      !request->body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  set(CURLOPT_HTTPGET, 1L);
  set(CURLOPT_NOBODY, method == "HEAD" ? 1L : 0L);
  if (body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request->body.empty() ? "" : request->body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request->body.size()));
  }
  set(CURLOPT_CUSTOMREQUEST, method.c_str());
}

Response Client::State::send(const Request& given) {
  Response got;
  request = &given;
  response = &got;
  overflow = false;
  error[0] = '\0';
  std::unique_ptr<curl_slist, ListFree> list;
  const auto add = [&list](const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  };
  add("Expect:");
  for (const auto& [name, value] : given.headers) {
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  set_body();
  set(CURLOPT_URL, given.url.c_str());
  set(CURLOPT_HTTPHEADER, list.get());
  const CURLcode code = curl_easy_perform(curl.get());
  set(CURLOPT_HTTPHEADER, nullptr);
  if (code != CURLE_OK) fail(code);
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &got.code);
  return got;
}

void Client::State::fail(CURLcode code) const {
  const std::string what = "cannot " + request->method + " to " + request->url + ": ";
  if (cancelled) throw Error{TW_E_CANCELLED, what + "cancelled"};
  if (overflow) {
    throw Error{TW_E_IO, what + "the answer is longer than " +
                             std::to_string(options.max_response_bytes) + " bytes"};
  }
  if (code == CURLE_WRITE_ERROR) throw Error{TW_E_CANCELLED, what + "ended by the receiver"};
  throw Error{TW_E_IO, what + (error[0] != '\0' ? error : curl_easy_strerror(code))};
}

size_t Client::State::on_body(char* data, size_t size, size_t count, void* self) {
  State& state = *static_cast<State*>(self);
  const std::string_view piece{data, size * count};
  if (state.request->on_data) return state.request->on_data(piece) ? piece.size() : 0;
  std::string& body = state.response->body;
  state.overflow = body.size() + piece.size() > state.options.max_response_bytes;
  if (state.overflow) return 0;
  body.append(piece);
  return piece.size();
}

size_t Client::State::on_header(char* data, size_t size, size_t count, void* self) {
  Headers& headers = static_cast<State*>(self)->response->headers;
  const std::string_view line{data, size * count};
  const size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    headers.clear();  // of a redirect, or of 100 Continue
  } else if (colon != line.npos) {
    headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

int Client::State::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<State*>(self)->cancelled ? 1 : 0;
}

Client::Client(ClientOptions options) : state_{std::make_unique<State>(std::move(options))} {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Response Client::send(const Request& request) { return state_->send(request); }

Response Client::get(const std::string& url, Headers headers) {
  return send({.method = "GET", .url = url, .headers = std::move(headers), .body = {}});
}

Response Client::post(const std::string& url, std::string_view body, Headers headers) {
  return send({.method = "POST", .url = url, .headers = std::move(headers), .body = body});
}

void Client::cancel() noexcept { state_->cancelled = true; }
void Client::reset() noexcept { state_->cancelled = false; }

}  // namespace tickwork::http
