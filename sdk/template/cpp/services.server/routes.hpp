// Who answers what: routes by method and pattern, and how many requests of each owner are open.
#pragma once

#include "connection.hpp"
#include "request.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <tickwork/tickwork.hpp>
#include <tuple>
#include <utility>
#include <vector>

// What a request has come to.
struct Match {
  void* self;
  decltype(tw_http_route::handle) handle;
  Pairs params;
};

class Routes {
 public:
  void add(const tw_http_route& given) {
    const std::string pattern = tickwork::string(given.pattern);
    Route route{tickwork::string(given.method), split_path(pattern), given.self, given.handle};
    if (!pattern.starts_with('/'))
      throw tickwork::Error{TW_E_INVALID, "the pattern \"" + pattern + "\" must begin with \"/\""};
    const std::lock_guard lock{mutex_};
    for (const Route& other : routes_)
      if (other.method == route.method && other.pattern == route.pattern)
        throw tickwork::Error{TW_E_INVALID, "the route " + route.method + " " + pattern + " is taken"};
    routes_.push_back(std::move(route));
  }

  // Waits until nothing of the owner is open.
  void remove(void* self) {
    std::unique_lock lock{mutex_};
    std::erase_if(routes_, [self](const Route& route) { return route.self == self; });
    closed_.wait(lock, [&] { return !open_.contains(self); });
  }

  // Opens it for the owner, who must be left afterwards. Throws a Refusal.
  Match enter(std::string_view method, const std::vector<std::string>& path) {
    const std::lock_guard lock{mutex_};
    Fit best;
    std::set<std::string> allowed;
    for (const Route& route : routes_) {
      Fit fit = fit_of(route, method, path);
      if (fit.literal < 0) continue;
      if (fit.method == 0) allowed.insert(route.method);
      if (fit.rank() > best.rank()) best = std::move(fit);
    }
    if (best.literal < 0) throw Refusal{404};
    if (allowed.contains("GET")) allowed.insert("HEAD");
    if (best.method == 0) throw not_allowed(allowed);
    open_.insert(best.route->self);
    return {best.route->self, best.route->handle, std::move(best.params)};
  }

  void leave(void* self) {
    const std::lock_guard lock{mutex_};
    open_.erase(open_.find(self));
    closed_.notify_all();
  }

 private:
  struct Route {
    std::string method;
    std::vector<std::string> pattern;  // "tasks", ":id", "*"
    void* self;
    decltype(tw_http_route::handle) handle;
  };

  // How well a route fits a request.
  struct Fit {
    const Route* route = nullptr;
    int literal = -1;   // characters that the pattern names itself, -1: it does not fit
    bool whole = true;  // without a rest
    int method = 0;     // 0: another one
    Pairs params = {};

    std::tuple<int, bool, bool, int> rank() const { return {literal, method > 0, whole, method}; }
  };

  static int fit_of(const std::string& taken, std::string_view method) {
    if (taken == method) return 3;
    if (taken == "*") return 2;
    return taken == "GET" && method == "HEAD" ? 1 : 0;
  }

  static Fit fit_of(const Route& route, std::string_view method, const std::vector<std::string>& path) {
    Fit fit{&route, 0, true, fit_of(route.method, method)};
    const auto& pattern = route.pattern;
    for (size_t i = 0; i < std::max(pattern.size(), path.size()); i++) {
      if (i >= path.size() || i >= pattern.size()) return {};
      if (pattern[i] == "*" && i + 1 == pattern.size()) {
        std::string rest = path[i];
        for (size_t more = i + 1; more < path.size(); more++) rest += "/" + path[more];
        fit.params.emplace_back("*", rest);
        fit.whole = false;
        return fit;
      }
      if (pattern[i].starts_with(':') && !path[i].empty())
        fit.params.emplace_back(pattern[i].substr(1), path[i]);
      else if (pattern[i] == path[i])
        fit.literal += static_cast<int>(path[i].size()) + 1;
      else
        return {};
    }
    return fit;
  }

  static Refusal not_allowed(const std::set<std::string>& methods) {
    std::string all;
    for (const std::string& method : methods) all += (all.empty() ? "" : ", ") + method;
    return {405, all};
  }

  std::mutex mutex_;
  std::condition_variable closed_;
  std::vector<Route> routes_;
  std::multiset<void*> open_;
};
