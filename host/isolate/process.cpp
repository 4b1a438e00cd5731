// SPDX-License-Identifier: MIT
#include "isolate/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <utility>

// This header of glibc 2.36 forgets that it may be included by C++.
extern "C" {
#include <sys/pidfd.h>
}

extern char** environ;

namespace tickwork::host {

namespace {

constexpr int own_end_ms = 200;  // for a process whose socket is closed already
constexpr int term_ms = 1000;

bool ended_within(pid_t pid, int limit_ms) {
  const int fd = pidfd_open(pid, 0);
  if (fd < 0) return false;
  pollfd wait{fd, POLLIN, 0};
  int ready = 0;
  while ((ready = poll(&wait, 1, limit_ms)) < 0 && errno == EINTR) {
  }
  ::close(fd);
  return ready > 0;
}

std::string cause_of(int status) {
  if (WIFEXITED(status)) return fmt::format("exited with code {}", WEXITSTATUS(status));
  if (WTERMSIG(status) == SIGSYS) {
    return "exited on SIGSYS (a filter around this program forbids one of its system calls)";
  }
  const char* name = sigabbrev_np(WTERMSIG(status));
  return name ? fmt::format("exited on SIG{}", name)
              : fmt::format("exited on signal {}", WTERMSIG(status));
}

// No signal of the host's is blocked or ignored in the child.
void set_attributes(posix_spawnattr_t& attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
}

}  // namespace

Result<Process> start_process(const std::string& program, const ProcessWish& wish) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return Failure{TW_E_IO, fmt::format("cannot make a socket pair: {}", std::strerror(errno))};
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], socket_descriptor);
  if (wish.library >= 0) {
    posix_spawn_file_actions_adddup2(&actions, wish.library, library_descriptor);
  } else {
    posix_spawn_file_actions_addclose(&actions, library_descriptor);
  }
  posix_spawnattr_t attributes;
  set_attributes(attributes);
  std::string path = program, command = "run-plugin", who = wish.name, calls = "any-system-call";
  char* argv[] = {path.data(), command.data(), who.data(), wish.filtered ? nullptr : calls.data(),
                  nullptr};
  Process process;
  const int failed =
      posix_spawn(&process.pid, program.c_str(), &actions, &attributes, argv, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  process.socket = ends[0];
  if (!failed) return process;
  ::close(ends[0]);
  return Failure{TW_E_IO, fmt::format("cannot run {}: {}", program, std::strerror(failed))};
}

std::string end_process(pid_t pid) {
  if (!ended_within(pid, own_end_ms)) {
    ::kill(-pid, SIGTERM);
    ended_within(pid, term_ms);
  }
  // What it started goes with it; until it is waited for, nobody else gets its number.
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return cause_of(status);
}

uint64_t private_memory(pid_t pid) {
  std::ifstream statm{fmt::format("/proc/{}/statm", pid)};
  uint64_t size = 0, resident = 0, shared = 0;
  if (!(statm >> size >> resident >> shared) || shared > resident) return 0;
  return (resident - shared) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

Spawner::~Spawner() {
  {
    const std::lock_guard held{lock_};
    closing_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Result<Process> Spawner::start(const ProcessWish& wish) {
  const std::lock_guard alone{asking_};
  std::unique_lock held{lock_};
  if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
  asked_ = &wish;
  changed_.notify_all();
  changed_.wait(held, [this] { return made_.has_value(); });
  Result<Process> made = std::move(*made_);
  made_.reset();
  return made;
}

void Spawner::run() {
  std::unique_lock held{lock_};
  for (;;) {
    changed_.wait(held, [this] { return asked_ || closing_; });
    if (closing_) return;
    made_.emplace(start_process(program_, *std::exchange(asked_, nullptr)));
    changed_.notify_all();
  }
}

}  // namespace tickwork::host
