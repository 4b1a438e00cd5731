// SPDX-License-Identifier: MIT
// The routes of a server: which handler takes a method and path. Thread-safe; unroute waits for the
// handlers and open responses of its owner.
#pragma once

#include <tickwork/kind/http.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tickwork::http_server {

// Counts what is open for one owner of routes.
class Owner {
 public:
  void enter();
  void leave();
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable idle_;
  size_t open_ = 0;
};

// How long a handler takes of late. Any thread.
class Pace {
 public:
  void note(std::chrono::nanoseconds took) const {
    const int64_t before = usual_;
    usual_ = before + (std::min<int64_t>(took.count(), 8 * limit) - before) / 8;
  }
  // So long that to wake another thread for the next event costs little beside it.
  bool slow() const { return usual_ > limit; }

 private:
  // In ns. One that takes for ever counts as eight times the limit.
  static constexpr int64_t limit = 300'000;
  mutable std::atomic<int64_t> usual_{0};
};

struct Route {
  std::string method;
  std::vector<std::string> segments;  // "tasks", ":id", "*"
  void* self = nullptr;
  decltype(tw_http_route::handle) handle = nullptr;
  std::shared_ptr<Owner> owner;
  Pace pace{};
};

using Param = std::pair<std::string, std::string>;

struct Match {
  std::shared_ptr<const Route> route;  // entered at its owner: leave when the response has ended
  std::vector<Param> params;           // decoded
  std::vector<std::string> allowed;    // without a route: methods of the path, none: unknown path
};

class Routes {
 public:
  // False: method and pattern are taken.
  bool add(const tw_http_route& route);
  void remove(void* self);
  // There has been a route: what is unknown now is not only late.
  bool begun() const { return begun_; }
  // path is percent-coded, so that a coded slash does not split. HEAD falls back to GET.
  Match find(std::string_view method, std::string_view path) const;

 private:
  struct Candidate;
  std::atomic<bool> begun_{false};
  mutable std::shared_mutex mutex_;
  std::vector<std::shared_ptr<const Route>> routes_;
  std::map<void*, std::shared_ptr<Owner>> owners_;
};

// The path of a request target ("/a?b", "http://host/a?b", "*"), and its query.
std::pair<std::string_view, std::string_view> split_target(std::string_view target);

}  // namespace tickwork::http_server
