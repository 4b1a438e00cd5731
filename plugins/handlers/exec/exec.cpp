// SPDX-License-Identifier: MIT
// handlers.exec: runs a program for each alert event, the event's JSON on its standard input.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <tickwork/tickwork.hpp>

#include <cerrno>
#include <cstring>

#include "kit/alertfilter/alertfilter.hpp"

extern char** environ;

namespace {

using tickwork::Error;

class ExecHandler {
 public:
  ExecHandler(tickwork::Host host, tickwork::Config config)
      : host_{host},
        filter_{config.str("topic"), config.str("match"), host},
        command_{config.strings("args")},
        timeout_{config.num("timeout")} {
    command_.insert(command_.begin(), config.str("prog"));
  }

  void handle(const tw_event& event) {
    if (!filter_.wants(event)) return;
    int input[2];
    if (pipe2(input, O_CLOEXEC) != 0) throw failure("cannot make a pipe", errno);
    pid_t child = 0;
    int error = spawn(input[0], child);
    close(input[0]);
    if (error != 0) {
      close(input[1]);
      throw failure("cannot run " + command_[0], error);
    }
    feed(input[1], tickwork::string(event.json) + "\n");
    close(input[1]);
    wait(child);
  }

 private:
  static Error failure(const std::string& what, int code) {
    return {TW_E_IO, what + ": " + std::strerror(code)};
  }

  int spawn(int input, pid_t& child) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    std::vector<char*> argv;
    for (auto& word : command_) argv.push_back(word.data());
    argv.push_back(nullptr);
    int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }

  // A program that does not read its input must not end or block us.
  void feed(int fd, std::string_view text) {
    sigset_t pipe_signal, before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (!text.empty()) {
      ssize_t n = write(fd, text.data(), text.size());
      if (n > 0) text.remove_prefix(static_cast<size_t>(n));
      pollfd ready{fd, POLLOUT, 0};
      if (n < 0 && (errno != EAGAIN || poll(&ready, 1, 1000) <= 0)) break;
    }
    timespec now{};
    while (sigtimedwait(&pipe_signal, nullptr, &now) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void wait(pid_t child) {
    int status = 0;
    const int64_t end = host_.ticks() + timeout_;
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (host_.ticks() >= end || host_.stopping()) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        throw Error{TW_E_IO, command_[0] + " did not end in time and was killed"};
      }
      usleep(2000);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      throw Error{TW_E_IO, command_[0] + " ended with status " +
                               std::to_string(WIFEXITED(status) ? WEXITSTATUS(status)
                                                                : 128 + WTERMSIG(status))};
  }

  tickwork::Host host_;
  tickwork::AlertFilter filter_;
  std::vector<std::string> command_;
  int64_t timeout_;
};

constexpr tw_option options[] = {
    {"prog", TW_OPT_STRING, TW_REQUIRED, nullptr, "Program to run, found by PATH"},
    {"args", TW_OPT_STRING, TW_LIST, "[]", "Its arguments"},
    {"timeout", TW_OPT_DURATION, 0, "\"30s\"", "After this it is killed"},
    {"topic", TW_OPT_STRING, 0, "\"\"", "Topics to speak of, a glob; empty: all"},
    {"match", TW_OPT_STRING, 0, "\"\"", "Expression over the event's tags, changed(), level() ..."},
    {}};

}  // namespace

TICKWORK_MODULE("tickwork.handlers.exec", "1.0.0", "MIT",
                tickwork::plugin<ExecHandler>("handlers.exec",
                                              "Runs a program for each alert event", options));
