// SPDX-License-Identifier: MIT
#include "routes.hpp"

#include <algorithm>
#include <optional>

#include "kit/http/http.hpp"

namespace tickwork::http_server {
namespace {

std::string text(tw_str s) { return s.len == 0 ? std::string{} : std::string{s.data, s.len}; }

// "/a/b" is "a", "b"; "/" is one empty segment; "/a/" has an empty one behind a.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const size_t slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == path.npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::string joined(const std::vector<std::string>& parts, size_t from) {
  std::string out;
  for (size_t i = from; i < parts.size(); ++i) out.append(i > from ? "/" : "").append(parts[i]);
  return out;
}

struct Fit {
  size_t literal = 0;  // characters that the pattern names itself
  bool rest = false;   // ends with *
  std::vector<Param> params;

  bool better_than(const Fit& other) const {
    return literal != other.literal ? literal > other.literal : !rest && other.rest;
  }
};

std::optional<Fit> fit(const Route& route, const std::vector<std::string>& path) {
  Fit result;
  const auto& pattern = route.segments;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "*" && i + 1 == pattern.size() && i < path.size()) {
      result.rest = true;
      result.params.emplace_back("*", joined(path, i));
      return result;
    }
    if (i >= path.size()) return std::nullopt;
    if (pattern[i].size() > 1 && pattern[i][0] == ':') {
      if (path[i].empty()) return std::nullopt;
      result.params.emplace_back(pattern[i].substr(1), path[i]);
    } else if (pattern[i] == path[i]) {
      result.literal += pattern[i].size() + 1;
    } else {
      return std::nullopt;
    }
  }
  if (path.size() != pattern.size()) return std::nullopt;
  return result;
}

// 0: does not take the method, otherwise the better the higher.
int takes(const Route& route, std::string_view method) {
  if (route.method == method) return 3;
  if (route.method == "*") return 2;
  return method == "HEAD" && route.method == "GET" ? 1 : 0;
}

}  // namespace

void Owner::enter() {
  const std::lock_guard lock{mutex_};
  ++open_;
}

void Owner::leave() {
  const std::lock_guard lock{mutex_};
  if (--open_ == 0) idle_.notify_all();
}

void Owner::wait() {
  std::unique_lock lock{mutex_};
  idle_.wait(lock, [this] { return open_ == 0; });
}

bool Routes::add(const tw_http_route& given) {
  auto route = std::make_shared<Route>();
  route->method = text(given.method);
  route->segments = split_path(text(given.pattern));
  route->self = given.self;
  route->handle = given.handle;
  const std::unique_lock lock{mutex_};
  for (const auto& other : routes_) {
    if (other->method == route->method && other->segments == route->segments) return false;
  }
  auto& owner = owners_[given.self];
  if (!owner) owner = std::make_shared<Owner>();
  route->owner = owner;
  routes_.push_back(std::move(route));
  begun_ = true;
  return true;
}

void Routes::remove(void* self) {
  std::shared_ptr<Owner> owner;
  {
    const std::unique_lock lock{mutex_};
    std::erase_if(routes_, [self](const auto& route) { return route->self == self; });
    if (const auto at = owners_.find(self); at != owners_.end()) {
      owner = at->second;
      owners_.erase(at);
    }
  }
  if (owner) owner->wait();
}

Match Routes::find(std::string_view method, std::string_view path) const {
  auto segments = split_path(path);
  for (auto& segment : segments) {
    if (segment.find('%') != segment.npos) segment = http::percent_decode(segment);
  }
  Match match;
  Fit best;
  int best_method = 0;
  size_t literal = 0;  // of the best pattern, whatever its method
  const std::shared_lock lock{mutex_};
  for (const auto& route : routes_) {
    auto candidate = fit(*route, segments);
    if (!candidate) continue;
    literal = std::max(literal, candidate->literal);
    const int method_fit = takes(*route, method);
    if (method_fit == 0) {
      match.allowed.push_back(route->method);
      continue;
    }
    const bool equal =
        match.route && !candidate->better_than(best) && !best.better_than(*candidate);
    if (!match.route || candidate->better_than(best) || (equal && method_fit > best_method)) {
      match.route = route;
      best = std::move(*candidate);
      best_method = method_fit;
    }
  }
  if (match.route && best.literal < literal) match.route = nullptr;
  if (match.route) {
    match.allowed.clear();
    match.params = std::move(best.params);
    match.route->owner->enter();
  }
  std::sort(match.allowed.begin(), match.allowed.end());
  match.allowed.erase(std::unique(match.allowed.begin(), match.allowed.end()), match.allowed.end());
  return match;
}

std::pair<std::string_view, std::string_view> split_target(std::string_view target) {
  if (!target.starts_with('/')) {
    const size_t scheme = target.find("://");
    if (scheme != target.npos) {
      const size_t path = target.find_first_of("/?", scheme + 3);
      target = path == target.npos ? "/" : target.substr(path);
    }
  }
  const size_t question = target.find('?');
  if (question == target.npos) return {target, {}};
  return {question == 0 ? "/" : target.substr(0, question), target.substr(question + 1)};
}

}  // namespace tickwork::http_server
