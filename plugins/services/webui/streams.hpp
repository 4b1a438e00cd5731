// SPDX-License-Identifier: MIT
// The open answers of /api/live: a thread each, so that a slow page holds up nobody else.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "feed.hpp"

namespace tickwork::webui {

class Streams {
 public:
  explicit Streams(Sources& sources) : sources_{sources} {}
  ~Streams() { stop(); }

  // False when too many are open. The response is ended by the stream.
  // begin sends the head, on the stream's thread.
  bool open(Subscription subscription, const tw_http_response* response, bool json,
            std::function<void()> begin);
  void stop();
  void start();

 private:
  struct Open {
    std::thread thread;
    bool done = false;
  };
  void run(Subscription subscription, const tw_http_response* response, bool json);
  void reap();

  Sources& sources_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::list<Open> open_;
};

// Writes one message; throws Error when the client is gone.
void send_message(const tw_http_response* response, const Message& message, bool json);

}  // namespace tickwork::webui
