// SPDX-License-Identifier: MIT
// Serving HTTP from C++: Request and Response views, and route<&T::member>, which makes a route of
// a member function so that nothing thrown by it crosses the boundary.
//
//   struct Api {
//     tickwork::Ref<tw_http_server> server;
//     void start() {
//       tickwork::add_route<&Api::ping>(server, this, "GET", "/ping");
//     }
//     void stop() { server.vtable().unroute(server.self(), this); }
//     void ping(tickwork::Request, tickwork::Response r) { r.send(204, "", ""); }
//   };
//
// A member returns void (answered) or a tw_status (TW_AGAIN: answered later, see kind/http.h).
#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../kind/http.h"
#include "error.hpp"
#include "host.hpp"

namespace tickwork {

// Borrowed until the response has ended.
class Request {
 public:
  explicit Request(const tw_http_request* raw) : raw_{raw} {}
  std::string_view method() const { return view(raw_->method); }
  std::string_view path() const { return view(raw_->path); }
  std::string_view query() const { return view(raw_->query); }  // as it came, without the "?"
  std::string_view body() const { return view(raw_->body); }
  std::string_view peer() const { return view(raw_->peer); }
  std::span<const tw_http_header> headers() const { return {raw_->headers, raw_->n_headers}; }

  // A header's value by name without regard to case, empty if absent.
  std::string_view header(std::string_view name) const {
    for (const tw_http_header& h : headers())
      if (same(view(h.name), name)) return view(h.value);
    return {};
  }
  // What :name (or "*") of the route's pattern matched.
  std::string_view param(std::string_view name) const {
    for (const tw_tag& p : std::span{raw_->params, raw_->n_params})
      if (view(p.key) == name) return view(p.value);
    return {};
  }
  const tw_http_request* raw() const { return raw_; }

 private:
  static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
  static bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
  }
  const tw_http_request* raw_;
};

// Valid until the handler returns, or with TW_AGAIN until end.
class Response {
 public:
  using Headers = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit Response(const tw_http_response* raw) : raw_{raw} {}
  void head(uint32_t code, Headers headers = {}) const {
    std::vector<tw_http_header> rows;
    for (const auto& [name, value] : headers) rows.push_back({str(name), str(value)});
    head(code, rows);
  }
  void head(uint32_t code, const std::vector<tw_http_header>& rows) const {
    done(raw_->head(raw_, code, rows.data(), rows.size()));
  }
  void write(std::string_view bytes) const { done(raw_->write(raw_, str(bytes))); }
  // Only for a response that is answered later.
  void end() const { raw_->end(raw_); }
  bool gone() const { return raw_->gone(raw_); }

  // The whole answer; an empty type sends no Content-Type.
  void send(uint32_t code, std::string_view type, std::string_view body, Headers more = {}) const {
    const std::string length = std::to_string(body.size());
    std::vector<tw_http_header> rows;
    if (!type.empty()) rows.push_back({TW_STR("Content-Type"), str(type)});
    if (code != 204) rows.push_back({TW_STR("Content-Length"), str(length)});
    for (const auto& [name, value] : more) rows.push_back({str(name), str(value)});
    head(code, rows);
    if (!body.empty()) write(body);
  }
  const tw_http_response* raw() const { return raw_; }

 private:
  static void done(tw_status status) {
    if (status < 0) throw Error{status, "the client is gone"};
  }
  const tw_http_response* raw_;
};

// Registers Member of self with a server; throws if the pattern is taken.
template <auto Member, class T>
void add_route(const Ref<tw_http_server>& server, T* self, std::string_view method,
               std::string_view pattern) {
  const tw_http_route route{sizeof route, str(method), str(pattern), self,
                            [](void* owner, const tw_http_request* request,
                               const tw_http_response* response, tw_error* error) {
                              return detail::guard(error, [&] {
                                return (static_cast<T*>(owner)->*Member)(Request{request},
                                                                         Response{response});
                              });
                            }};
  server.call(&tw_http_server::route, &route);
}

}  // namespace tickwork
