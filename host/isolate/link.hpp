// SPDX-License-Identifier: MIT
// One process of an isolated instance: its channel, the thread that reads it, pings, and its end.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "isolate/channel.hpp"
#include "isolate/process.hpp"

namespace tickwork::host {

class Link : public std::enable_shared_from_this<Link> {
 public:
  using OnFrame = std::function<void(const std::shared_ptr<Link>&, Frame&&)>;
  using OnEnd = std::function<void(Link&, const std::string& why)>;

  Link(Process process, std::chrono::milliseconds ping);

  // Both are called on the reading thread; end once, last, unless finish was called before.
  void begin(OnFrame frame, OnEnd end);
  Channel& channel() { return channel_; }
  bool alive() const { return !channel_.ended(); }
  uint64_t memory() const { return alive() ? private_memory(pid_) : 0; }
  int64_t born_ns() const { return born_ns_; }

  // The process is of no use any more: SIGTERM, then SIGKILL. Its calls fail with why.
  void kill(const std::string& why);
  // What it will have died of, unless something was said before.
  void note_why(const std::string& why);
  // The process has done its work. Waits until it is gone.
  void finish();
  void wait_gone();

 private:
  void read(const OnFrame& frame, const OnEnd& end);
  bool idle(bool heard);

  Channel channel_;
  const pid_t pid_;
  const std::chrono::milliseconds ping_;
  const int64_t born_ns_;
  int missed_ = 0;
  std::mutex lock_;
  std::condition_variable changed_;
  std::string why_;
  bool finished_ = false, gone_ = false;
};

}  // namespace tickwork::host
