// SPDX-License-Identifier: MIT
// The fake HTTP server: route matching, percent-decoding and responses, without any socket.
#include <strings.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <tickwork/testing/http.hpp>

#include "world.hpp"

namespace tickwork::testing {
namespace {

struct Route {
  std::string method, pattern;
  void* self;
  tw_status (*handle)(void*, const tw_http_request*, const tw_http_response*, tw_error*);
};

using Params = std::vector<std::pair<std::string, std::string>>;

std::string percent_decoded(std::string_view s) {
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%' && i + 2 < s.size()) {
      out += static_cast<char>(std::stoi(std::string{s.substr(i + 1, 2)}, nullptr, 16));
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}

std::string_view segment(std::string_view& path) {
  const size_t end = std::min(path.find('/'), path.size());
  const std::string_view s = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return s;
}

// The literal length of a match, -1 for none.
int match(std::string_view pattern, std::string_view path, Params& params) {
  int literal = 0;
  while (!pattern.empty()) {
    if (pattern.front() == '*') {
      params.emplace_back("*", path);
      return literal;
    }
    if (path.empty()) return -1;
    const std::string_view want = segment(pattern), have = segment(path);
    if (want.starts_with(':')) {
      if (have.empty()) return -1;
      params.emplace_back(want.substr(1), have);
    } else if (want == have) {
      literal += static_cast<int>(want.size()) + 1;
    } else {
      return -1;
    }
  }
  return path.empty() ? literal : -1;
}

// One response; lives until the handler has ended it.
struct Exchange {
  HttpReply reply;
  bool ended = false;
  std::atomic<bool>* gone = nullptr;
  std::mutex lock;
  std::condition_variable end_seen;
};

Exchange& exchange(const tw_http_response* r) { return *static_cast<Exchange*>(r->self); }

tw_status head(const tw_http_response* r, uint32_t code, const tw_http_header* headers, size_t n) {
  Exchange& x = exchange(r);
  const std::lock_guard hold{x.lock};
  x.reply.code = code;
  for (size_t i = 0; i < n; ++i)
    x.reply.headers.emplace_back(view(headers[i].name), view(headers[i].value));
  return TW_OK;
}
tw_status write(const tw_http_response* r, tw_str bytes) {
  Exchange& x = exchange(r);
  if (*x.gone) return TW_E_CANCELLED;
  const std::lock_guard hold{x.lock};
  x.reply.body += view(bytes);
  return TW_OK;
}
void end(const tw_http_response* r) {
  Exchange& x = exchange(r);
  const std::lock_guard hold{x.lock};
  x.ended = true;
  x.end_seen.notify_all();
}
bool is_gone(const tw_http_response* r) { return *exchange(r).gone; }

}  // namespace

struct HttpServer::Inside {
  mutable std::mutex lock;
  std::vector<Route> routes;
  std::atomic<bool> gone{false};

  const Route* find(std::string_view method, std::string_view path, Params& params) const {
    const Route* best = nullptr;
    int best_literal = -1;
    for (const Route& r : routes) {
      if (r.method != "*" && r.method != method) continue;
      Params mine;
      const int literal = match(r.pattern, path, mine);
      if (literal <= best_literal) continue;
      best = &r;
      best_literal = literal;
      params = std::move(mine);
    }
    return best;
  }
};

namespace {

HttpServer::Inside& inside(tw_instance* self) {
  return *reinterpret_cast<HttpServer::Inside*>(self);
}

tw_status add_route(tw_instance* self, const tw_http_route* r, tw_error* error) {
  HttpServer::Inside& in = inside(self);
  const std::lock_guard hold{in.lock};
  for (const Route& old : in.routes)
    if (old.method == view(r->method) && old.pattern == view(r->pattern))
      return detail::fail(error, TW_E_INVALID,
                          "route " + old.method + ' ' + old.pattern + " is taken");
  in.routes.push_back(
      {std::string{view(r->method)}, std::string{view(r->pattern)}, r->self, r->handle});
  return TW_OK;
}
void remove_routes(tw_instance* self, void* owner) {
  HttpServer::Inside& in = inside(self);
  const std::lock_guard hold{in.lock};
  std::erase_if(in.routes, [&](const Route& r) { return r.self == owner; });
}
tw_str address(tw_instance*) { return TW_STR("127.0.0.1:8086"); }

constexpr tw_http_server server_table{sizeof(tw_http_server), add_route, remove_routes, address};

}  // namespace

std::string HttpReply::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), key.size()) == 0)
      return value;
  return "";
}

HttpServer::HttpServer() : inside_{std::make_unique<Inside>()} {}
HttpServer::~HttpServer() = default;

void HttpServer::provide(Host& host, std::string_view name) {
  host.provide(TW_HTTP_SERVER, name, &server_table, inside_.get());
}

HttpReply HttpServer::request(std::string_view method, std::string_view target,
                              std::string_view body, const HttpHeaders& headers,
                              std::chrono::milliseconds limit) {
  const size_t mark = std::min(target.find('?'), target.size());
  const std::string path = percent_decoded(target.substr(0, mark));
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  Params params;
  Route route;
  {
    const std::lock_guard hold{inside_->lock};
    const Route* found = inside_->find(method, path, params);
    if (!found) return {404, {}, ""};
    route = *found;
  }
  std::vector<tw_http_header> raw_headers;
  for (const auto& [key, value] : headers) raw_headers.push_back({str(key), str(value)});
  std::vector<tw_tag> raw_params;
  for (const auto& [key, value] : params) raw_params.push_back({str(key), str(value)});
  const tw_http_request request{sizeof request,
                                0,
                                str(method),
                                str(path),
                                str(query),
                                raw_headers.data(),
                                raw_headers.size(),
                                raw_params.data(),
                                raw_params.size(),
                                str(body),
                                TW_STR("127.0.0.1:50000")};
  Exchange x;
  x.gone = &inside_->gone;
  const tw_http_response response{sizeof response, &x, head, write, end, is_gone};
  tw_error error{};
  error.size = sizeof error;
  const tw_status status = route.handle(route.self, &request, &response, &error);
  std::unique_lock hold{x.lock};
  if (status == TW_AGAIN) {
    if (!x.end_seen.wait_for(hold, limit, [&] { return x.ended; })) x.reply.code = 0;
  } else if (status < 0 && x.reply.code == 0) {
    x.reply.code = 500;
    x.reply.body = error.message[0] ? error.message : detail::status_name(status);
  }
  return x.reply;
}

std::vector<std::string> HttpServer::routes() const {
  const std::lock_guard hold{inside_->lock};
  std::vector<std::string> all;
  for (const Route& r : inside_->routes) all.push_back(r.method + ' ' + r.pattern);
  return all;
}

void HttpServer::set_gone(bool gone) { inside_->gone = gone; }

}  // namespace tickwork::testing
