// SPDX-License-Identifier: MIT
// Makes the messages of one subscription: everything at first, then, a tick at a time, what has
// changed. Not for use by two threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "frame.hpp"
#include "sources.hpp"
#include "subscription.hpp"

namespace tickwork::webui {

class Feed {
 public:
  Feed(Sources& sources, Subscription subscription);

  using Send = std::function<void(const Message&)>;  // throws to end the tick
  void tick(int64_t now_ns, const Send& send);

 private:
  struct State {
    int64_t interval_ns = 0;
    int64_t next_ns = 0;   // when it is due again
    bool whole = true;     // the next message carries everything
    size_t sent_hash = 0;  // of what was sent last
    bool failed = false;
  };
  void tick_panel(const WantedPanel& panel, State& state, int64_t now_ns, const Send& send);
  Message make(const WantedPanel& panel, const State& state, int64_t now_ns) const;
  Frame frame_of(const Query& query, const WantedPanel& panel, const State& state, bool tail,
                 int64_t now_ns) const;

  Sources& sources_;
  Subscription subscription_;
  std::vector<State> states_;
};

}  // namespace tickwork::webui
