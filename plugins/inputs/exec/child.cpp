// SPDX-License-Identifier: MIT
#include "child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

extern char** environ;

namespace tickwork::exec {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t most_errors = 65536;
constexpr std::chrono::seconds patience{5};  // between SIGTERM and SIGKILL

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == 0) {
      read = ends[0];
      write = ends[1];
    }
  }
  ~Pipe() {
    shut(read);
    shut(write);
  }
  static void shut(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
};

// The environment with additions in front, which win.
std::vector<char*> merged(const std::vector<std::string>& additions) {
  std::vector<char*> all;
  for (const auto& text : additions) all.push_back(const_cast<char*>(text.c_str()));
  for (char** at = environ; *at != nullptr; ++at) all.push_back(*at);
  all.push_back(nullptr);
  return all;
}

int start(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          Pipe& out, Pipe& errors, pid_t& pid) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  auto variables = merged(environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  posix_spawn_file_actions_adddup2(&actions, errors.write, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  const int error =
      posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), variables.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Reads both pipes to their end; false: the time was over, or quit became readable, first.
bool drain(Pipe& out, Pipe& errors, Ended& ended, Clock::time_point until, int quit) {
  while (out.read >= 0 || errors.read >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd wanted[] = {{out.read, POLLIN, 0}, {errors.read, POLLIN, 0}, {quit, POLLIN, 0}};
    if (poll(wanted, 3, static_cast<int>(left)) <= 0) continue;
    if (wanted[2].revents != 0) return ended.problem = "interrupted", false;
    char piece[65536];
    for (int i = 0; i < 2; ++i) {
      if (wanted[i].revents == 0) continue;
      Pipe& pipe = i == 0 ? out : errors;
      std::string& text = i == 0 ? ended.output : ended.errors;
      const ssize_t n = ::read(pipe.read, piece, sizeof piece);
      if (n <= 0) {
        Pipe::shut(pipe.read);
      } else if (i == 0 || text.size() < most_errors) {
        text.append(piece, static_cast<size_t>(n));
      }
    }
  }
  return true;
}

bool wait_until(pid_t pid, int& status, Clock::time_point until) {
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (Clock::now() >= until) return false;
    usleep(1000);
  }
  return true;
}

}  // namespace

std::vector<std::string> split(std::string_view command) {
  std::vector<std::string> words;
  bool inside = false;
  char quote = '\0';
  for (size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote == '\0' && (c == ' ' || c == '\t' || c == '\n')) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && quote != '\'' && i + 1 < command.size()) {
      words.back() += command[++i];
    } else {
      words.back() += c;
    }
  }
  return words;
}

Ended run(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          std::chrono::nanoseconds timeout, int quit) {
  Ended ended;
  Pipe out, errors;
  pid_t pid = 0;
  if (const int error = start(command, environment, out, errors, pid)) {
    ended.problem = std::string{"cannot be started: "} + std::strerror(error);
    return ended;
  }
  Pipe::shut(out.write);
  Pipe::shut(errors.write);
  const auto until = Clock::now() + timeout;
  int status = 0;
  if (!drain(out, errors, ended, until, quit) || !wait_until(pid, status, until)) {
    kill(-pid, SIGTERM);
    if (!wait_until(pid, status, Clock::now() + patience)) {
      kill(-pid, SIGKILL);
      waitpid(pid, &status, 0);
    }
    if (ended.problem.empty()) ended.problem = "timed out";
  } else if (WIFSIGNALED(status)) {
    ended.problem = "ended by signal " + std::to_string(WTERMSIG(status));
  } else if (WEXITSTATUS(status) != 0) {
    ended.problem = "exit status " + std::to_string(WEXITSTATUS(status));
  }
  return ended;
}

}  // namespace tickwork::exec
