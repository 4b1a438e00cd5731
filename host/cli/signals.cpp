// SPDX-License-Identifier: MIT
#include "cli/signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace tickwork::host {
namespace {

// A handler has no other way to find its pipe.
std::atomic<int> write_end{-1};

std::atomic<bool> asked_to_end{false};
std::atomic<unsigned> patience_s{0};  // 0: somebody waits

constexpr int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};

void remember(int number) {
  const bool end = number == SIGINT || number == SIGTERM;
  if (end && asked_to_end.exchange(true)) {
    std::signal(number, SIG_DFL);
    std::raise(number);  // delivered when this returns
  } else if (end && patience_s.load() > 0) {
    alarm(patience_s.load());
  }
  const int saved = errno;
  const auto byte = static_cast<unsigned char>(number);
  const int fd = write_end.load();
  if (fd >= 0) {
    [[maybe_unused]] const auto n = ::write(fd, &byte, 1);
  }
  errno = saved;
}

void nothing(int) {}

void set_action(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

Signals::Signals(std::chrono::seconds patience) {
  if (pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error{"no pipe for signals"};
  write_end = pipe_[1];
  asked_to_end = false;
  patience_s = static_cast<unsigned>(patience.count());
  for (const int number : caught) set_action(number, remember);
  set_action(SIGPIPE, nothing);
}

Signals::~Signals() {
  for (const int number : caught) set_action(number, SIG_DFL);
  write_end = -1;
  ::close(pipe_[0]);
  ::close(pipe_[1]);
}

int Signals::wait(std::chrono::milliseconds limit, std::array<int, 2> others) {
  patience_s = 0;
  alarm(0);
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    unsigned char byte;
    if (::read(pipe_[0], &byte, 1) == 1) return byte;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return 0;
    pollfd ready[] = {{pipe_[0], POLLIN, 0}, {others[0], POLLIN, 0}, {others[1], POLLIN, 0}};
    poll(ready, 3, static_cast<int>(left.count()));
    if ((ready[1].revents | ready[2].revents) != 0 && ready[0].revents == 0) return 0;
  }
}

}  // namespace tickwork::host
