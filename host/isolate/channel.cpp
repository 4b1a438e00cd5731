// SPDX-License-Identifier: MIT
#include "isolate/channel.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "isolate/method.hpp"

namespace tickwork::host {

namespace {

// A caller's parts come one at a time, and each waits for its reply.
constexpr size_t most_waiting_frames = 64;

}  // namespace

Channel::Channel(int fd) : fd_{fd} {}

Channel::~Channel() { ::close(fd_); }

bool Channel::send(FrameType type, uint64_t call, const Packer& payload) {
  if (payload.size() > largest_frame) return false;
  const std::lock_guard held{write_};
  return send_frame(fd_, type, call, {payload.data(), payload.size()});
}

bool Channel::tell(const Packer& message) { return send(FrameType::tell, 0, message); }

bool Channel::reply(uint64_t call, const Packer& answer) {
  if (answer.size() <= largest_frame) return send(FrameType::reply, call, answer);
  Packer instead;
  pack_outcome(instead, {TW_E_INVALID, false, "answered more than fits into one frame", 0, {}});
  instead.put(Flow::nothing);
  return send(FrameType::reply, call, instead);
}

// Never waits, because the reading thread sends these: only if nobody writes and there is room.
bool Channel::send_sign(FrameType type) {
  const std::unique_lock held{write_, std::try_to_lock};
  pollfd room{fd_, POLLOUT, 0};
  return held && poll(&room, 1, 0) == 1 && send_frame(fd_, type, 0, {});
}

bool Channel::ping() { return send_sign(FrameType::ping); }

Answer Channel::call(const Packer& request, const TakePart& take,
                     std::optional<Deadline> deadline) {
  return wait(next_id_++, FrameType::call, request, take, deadline);
}

Answer Channel::part(const Packer& part) {
  return wait(next_id_++, FrameType::part, part, {}, std::nullopt);
}

// The next frame for a caller; none: the channel ended, or it is late.
std::optional<Frame> Channel::next(Waiting& waiting, std::optional<Deadline> deadline, bool& late) {
  std::unique_lock held{lock_};
  const auto ready = [&] { return !waiting.frames.empty() || end_; };
  if (!deadline) {
    waiting.came.wait(held, ready);
  } else if (!waiting.came.wait_until(held, *deadline, ready)) {
    late = true;
    return std::nullopt;
  }
  if (waiting.frames.empty()) return std::nullopt;
  std::optional<Frame> frame{std::move(waiting.frames.front())};
  waiting.frames.pop_front();
  return frame;
}

Answer Channel::wait(uint64_t id, FrameType type, const Packer& payload, const TakePart& take,
                     std::optional<Deadline> deadline) {
  Waiting waiting;
  {
    const std::lock_guard held{lock_};
    if (end_) return Answer::failed(TW_E_IO, *end_);
    waiting_.emplace(id, &waiting);
  }
  struct Forget {
    Channel& channel;
    uint64_t id;
    ~Forget() {
      const std::lock_guard held{channel.lock_};
      channel.waiting_.erase(id);
    }
  } const forget{*this, id};
  if (payload.size() > largest_frame) {
    return Answer::failed(TW_E_INVALID, "more than fits into one frame");
  }
  send(type, id, payload);  // a failure ends the channel, which is seen below
  bool late = false;
  while (auto frame = next(waiting, deadline, late)) {
    if (frame->type == FrameType::reply) return read_answer(std::move(frame->payload));
    Unpacker in = frame->payload.unpack();
    in.take<uint64_t>();
    Packer answer;
    pack_outcome(answer, take ? take(in) : Outcome{TW_E_UNSUPPORTED, false, {}, 0, {}});
    answer.put(Flow::nothing);
    reply(frame->call, answer);
  }
  if (late) return Answer::failed(TW_E_CANCELLED, "did not answer in time");
  const std::lock_guard held{lock_};
  return Answer::failed(TW_E_IO, *end_);
}

Done Channel::hand_to_caller(uint64_t call, Frame&& frame) {
  const std::lock_guard held{lock_};
  const auto at = waiting_.find(call);
  if (at == waiting_.end()) return std::monostate{};  // it gave up waiting
  if (at->second->frames.size() >= most_waiting_frames) {
    return Failure{TW_E_INVALID, "sent more than it was asked for"};
  }
  at->second->frames.push_back(std::move(frame));
  at->second->came.notify_one();
  return std::monostate{};
}

Done Channel::receive(Frame&& frame, const OnFrame& handler) {
  switch (frame.type) {
    case FrameType::reply: {
      const uint64_t call = frame.call;
      return hand_to_caller(call, std::move(frame));
    }
    case FrameType::part: {
      const auto call = frame.payload.unpack().take<uint64_t>();
      return hand_to_caller(call, std::move(frame));
    }
    case FrameType::ping:
      send_sign(FrameType::pong);
      return std::monostate{};
    case FrameType::pong:
      return std::monostate{};
    default:
      handler(std::move(frame));
      return std::monostate{};
  }
}

Done Channel::run(std::chrono::milliseconds interval, const OnFrame& handler, const OnIdle& idle) {
  FrameReader reader;
  bool heard = false;
  auto ask = std::chrono::steady_clock::now() + interval;
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= ask) {
      if (!idle(std::exchange(heard, false))) return std::monostate{};
      ask = now + interval;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(ask - now);
    pollfd wait{fd_, POLLIN, 0};
    const int ready = poll(&wait, 1, static_cast<int>(left.count()));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const auto room = reader.room();
    const ssize_t n = ::read(fd_, room.data(), room.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::monostate{};
    heard = true;
    if (const Done legal = reader.advance(static_cast<size_t>(n)); !legal) return legal;
    while (auto frame = reader.next()) {
      if (const Done legal = receive(std::move(*frame), handler); !legal) return legal;
    }
  }
}

void Channel::end(const std::string& reason) {
  const std::lock_guard held{lock_};
  if (end_) return;
  end_ = reason;
  ::shutdown(fd_, SHUT_RDWR);
  for (const auto& [id, waiting] : waiting_) waiting->came.notify_all();
}

bool Channel::ended() const {
  const std::lock_guard held{lock_};
  return end_.has_value();
}

}  // namespace tickwork::host
