// SPDX-License-Identifier: MIT
// Calls both ways over one socket. Any thread calls and waits; one thread reads (run) and hands
// out what comes. Whatever goes wrong on the wire ends the channel: every waiting call then fails.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "isolate/answer.hpp"
#include "isolate/frame.hpp"

namespace tickwork::host {

class Channel {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  // Takes a part of a call on the caller's thread; the outcome becomes the part's reply.
  using TakePart = std::function<Outcome(Unpacker&)>;

  explicit Channel(int fd);
  ~Channel();  // run has returned
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Sends a call and waits. Without a deadline it waits until the channel ends; after the deadline
  // the status is TW_E_CANCELLED and a late reply is ignored.
  Answer call(const Packer& request, const TakePart& take = {},
              std::optional<Deadline> deadline = std::nullopt);
  // A part of the call that is being served here; waits for its reply.
  Answer part(const Packer& part);
  bool tell(const Packer& message);
  bool reply(uint64_t call, const Packer& answer);
  bool ping();  // never waits; false: not sent

  // Reads until the other side is gone or idle says so. frame gets calls and tells, in order, on
  // this thread. idle is asked at least every interval, with whether anything came since.
  using OnFrame = std::function<void(Frame&&)>;
  using OnIdle = std::function<bool(bool heard)>;
  Done run(std::chrono::milliseconds interval, const OnFrame& frame, const OnIdle& idle);
  // No call succeeds any more; those that wait fail with the reason.
  void end(const std::string& reason);
  bool ended() const;

 private:
  struct Waiting {
    std::condition_variable came;
    std::deque<Frame> frames;
  };
  bool send(FrameType type, uint64_t call, const Packer& payload);
  bool send_sign(FrameType type);
  Answer wait(uint64_t id, FrameType type, const Packer& payload, const TakePart& take,
              std::optional<Deadline> deadline);
  std::optional<Frame> next(Waiting& waiting, std::optional<Deadline> deadline, bool& late);
  Done receive(Frame&& frame, const OnFrame& handler);
  Done hand_to_caller(uint64_t call, Frame&& frame);

  const int fd_;
  std::mutex write_;
  std::atomic<uint64_t> next_id_{1};
  mutable std::mutex lock_;
  std::unordered_map<uint64_t, Waiting*> waiting_;
  std::optional<std::string> end_;
};

}  // namespace tickwork::host
