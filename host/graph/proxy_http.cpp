// SPDX-License-Identifier: MIT
// Routes are wrapped: an exception of a handler becomes an error of the request, and the routes
// that a finder forgot are taken back for it.
#include <tickwork/kind/http.h>

#include <list>
#include <mutex>
#include <string>

#include "graph/forward.hpp"
#include "graph/proxy_kinds.hpp"

namespace tickwork::host {

template <>
struct ExtId<tw_http_server> {
  static constexpr const char* value = TW_HTTP_SERVER;
};

namespace {

struct Route {
  std::string method, pattern;
  void* self;
  tw_status (*handle)(void*, const tw_http_request*, const tw_http_response*, tw_error*);
  Instance* owner;
};

tw_status handle(void* wrapped, const tw_http_request* request, const tw_http_response* response,
                 tw_error* error) {
  const auto& route = *static_cast<const Route*>(wrapped);
  const Marker::Scope scope{route.owner->runtime_marker(), route.owner->name(), "http"};
  bool threw = false;
  const tw_status status =
      guarded(error, threw, [&] { return route.handle(route.self, request, response, error); });
  if (threw && error) route.owner->log(TW_LOG_ERROR, error->message);
  return status;
}

class HttpProxy : public Proxy {
 public:
  using Proxy::Proxy;

  tw_status route(const tw_http_route* wanted, tw_error* error) {
    Route* added = nullptr;
    {
      const std::lock_guard held{lock_};
      added = &routes_.emplace_back(Route{std::string{view(wanted->method)},
                                          std::string{view(wanted->pattern)}, wanted->self,
                                          wanted->handle, &finder()});
    }
    const tw_status status = pass_on(*added, error);
    if (status < 0) drop(added);
    return status;
  }

  // Every route of self, or all of the finder's.
  void unroute(void* self, bool all) {
    while (Route* route = next(self, all)) {
      with_callee(as_instance(), &tw_http_server::unroute, nullptr,
                  [&](Instance& callee, const tw_http_server& vtable) {
                    return callee.any(
                        TW_HTTP_SERVER, nullptr,
                        [&](tw_instance* i, tw_error*) {
                          vtable.unroute(i, route);
                          return TW_OK;
                        },
                        true);
                  });
      drop(route);
    }
  }

  void forget() override { unroute(nullptr, true); }

  void renew() override {
    const std::lock_guard held{lock_};
    for (Route& route : routes_) pass_on(route, nullptr);
  }

 private:
  tw_status pass_on(Route& route, tw_error* error) {
    const tw_http_route wrapped{sizeof wrapped, borrow(route.method), borrow(route.pattern), &route,
                                handle};
    return with_callee(as_instance(), &tw_http_server::route, error,
                       [&](Instance& callee, const tw_http_server& vtable) {
                         return callee.any(TW_HTTP_SERVER, error,
                                           [&](tw_instance* i, tw_error* own) {
                                             return vtable.route(i, &wrapped, own);
                                           });
                       });
  }
  Route* next(void* self, bool all) {
    const std::lock_guard held{lock_};
    for (Route& route : routes_) {
      if (all || route.self == self) return &route;
    }
    return nullptr;
  }
  void drop(const Route* route) {
    const std::lock_guard held{lock_};
    routes_.remove_if([&](const Route& each) { return &each == route; });
  }

  std::mutex lock_;
  std::list<Route> routes_;
};

HttpProxy& http(tw_instance* self) { return static_cast<HttpProxy&>(Proxy::of(self)); }

tw_status route(tw_instance* self, const tw_http_route* wanted, tw_error* error) {
  return http(self).route(wanted, error);
}

void unroute(tw_instance* self, void* owner) { http(self).unroute(owner, false); }

tw_str address(tw_instance* self) {
  tw_str answer{"", 0};
  with_callee(self, &tw_http_server::address, nullptr,
              [&](Instance& callee, const tw_http_server& vtable) {
                return callee.any(TW_HTTP_SERVER, nullptr, [&](tw_instance* i, tw_error*) {
                  answer = vtable.address(i);
                  return TW_OK;
                });
              });
  return answer;
}

constexpr tw_http_server http_vtable{sizeof http_vtable, route, unroute, address};

}  // namespace

ProxyRef http_proxy(const SlotPtr& callee, Instance& finder) {
  return {std::make_unique<HttpProxy>(callee, finder), &http_vtable};
}

}  // namespace tickwork::host
