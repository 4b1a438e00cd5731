// SPDX-License-Identifier: MIT
#include "streams.hpp"

#include <chrono>

#include "wire.hpp"

namespace tickwork::webui {
namespace {

constexpr size_t most_streams = 64;
constexpr std::chrono::seconds every{1};

}  // namespace

void send_message(const tw_http_response* response, const Message& message, bool json) {
  const std::string bytes = json ? encode_json(message) : encode(message);
  if (response->write(response, str(bytes)) < 0) throw Error{TW_E_CANCELLED, "the page is gone"};
}

bool Streams::open(Subscription subscription, const tw_http_response* response, bool json,
                   std::function<void()> begin) {
  const std::lock_guard lock{mutex_};
  reap();
  if (stopping_ || open_.size() >= most_streams) return false;
  Open& own = open_.emplace_back();
  own.thread = std::thread{[=, this, &own, subscription = std::move(subscription)]() mutable {
    begin();
    run(std::move(subscription), response, json);
    response->end(response);
    const std::lock_guard done{mutex_};
    own.done = true;
  }};
  return true;
}

void Streams::run(Subscription subscription, const tw_http_response* response, bool json) {
  try {
    Feed feed{sources_, std::move(subscription)};
    for (;;) {
      feed.tick(sources_.engine.host.now(),
                [&](const Message& message) { send_message(response, message, json); });
      std::unique_lock lock{mutex_};
      if (wake_.wait_for(lock, every, [this] { return stopping_; })) break;
      if (response->gone(response)) break;
    }
  } catch (const std::exception& e) {
    sources_.engine.host.debug(std::string{"a page's stream ended: "} + e.what());
  }
}

void Streams::reap() {
  for (auto at = open_.begin(); at != open_.end();) {
    if (!at->done) {
      ++at;
      continue;
    }
    at->thread.join();
    at = open_.erase(at);
  }
}

void Streams::start() {
  const std::lock_guard lock{mutex_};
  stopping_ = false;
}

void Streams::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  for (Open& one : open_) one.thread.join();
  open_.clear();
}

}  // namespace tickwork::webui
