// SPDX-License-Identifier: MIT
#include "isolate/link.hpp"

#include <thread>
#include <utility>

#include "graph/runtime.hpp"

namespace tickwork::host {

Link::Link(Process process, std::chrono::milliseconds ping)
    : channel_{process.socket}, pid_{process.pid}, ping_{ping}, born_ns_{monotonic_now()} {}

void Link::begin(OnFrame frame, OnEnd end) {
  std::thread{[self = shared_from_this(), frame = std::move(frame), end = std::move(end)] {
    self->read(frame, end);
  }}.detach();
}

bool Link::idle(bool heard) {
  missed_ = heard ? 0 : missed_ + 1;
  if (missed_ > 2) {
    note_why("answered no ping for " + std::to_string(ping_.count() * 2 / 1000) + " s");
    return false;
  }
  channel_.ping();
  return true;
}

void Link::read(const OnFrame& on_frame, const OnEnd& on_end) {
  const Done legal = channel_.run(
      ping_, [&](Frame&& frame) { on_frame(shared_from_this(), std::move(frame)); },
      [this](bool heard) { return idle(heard); });
  if (!legal) note_why(legal.failure().message);
  note_why(end_process(pid_));
  std::string why;
  bool finished = false;
  {
    const std::lock_guard held{lock_};
    why = why_;
    finished = finished_;
  }
  channel_.end(why);
  if (!finished) on_end(*this, why);
  const std::lock_guard held{lock_};
  gone_ = true;
  changed_.notify_all();
}

void Link::note_why(const std::string& why) {
  const std::lock_guard held{lock_};
  if (why_.empty()) why_ = why;
}

void Link::kill(const std::string& why) {
  note_why(why);
  channel_.end(why);
}

void Link::finish() {
  {
    const std::lock_guard held{lock_};
    finished_ = true;
  }
  channel_.end("has ended");
  wait_gone();
}

void Link::wait_gone() {
  std::unique_lock held{lock_};
  changed_.wait(held, [this] { return gone_; });
}

}  // namespace tickwork::host
