// SPDX-License-Identifier: MIT
// The child writes two lines: "loaded" once the constructors have run, then the JSON answer.
#include "module/probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "module/core_dump.hpp"
#include "module/elf.hpp"
#include "module/loader.hpp"
#include "module/tables.hpp"

extern char** environ;

namespace tickwork::host {
namespace {

constexpr std::string_view loaded_line = "loaded\n";

// A child process whose standard output is read here.
struct Child {
  pid_t pid = -1;
  int out = -1;
};

Result<Child> spawn(const std::string& prober, const std::string& path) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Failure{TW_E_IO, std::strerror(errno)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::string program = prober, command = "probe", file = path;
  char* argv[] = {program.data(), command.data(), file.data(), nullptr};
  Child child;
  const int failed = posix_spawn(&child.pid, prober.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  child.out = ends[0];
  if (!failed) return child;
  ::close(ends[0]);
  return Failure{TW_E_IO, fmt::format("cannot run {}: {}", prober, std::strerror(failed))};
}

// Everything until end of file; false: the time was over before.
bool read_until(int fd, std::chrono::steady_clock::time_point end, std::string& text) {
  char buffer[16384];
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd wait{fd, POLLIN, 0};
    const int ready = left.count() > 0 ? poll(&wait, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const auto n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    text.append(buffer, static_cast<size_t>(n));
  }
}

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

std::string explain_death(int status, pid_t pid, bool loaded) {
  if (WIFSIGNALED(status))
    return fmt::format("crashed while {} ({}{}){}", loaded ? "its tables were read" : "loading",
                       signal_name(WTERMSIG(status)), loaded ? "" : " in constructor",
                       core_of_child(status, pid));
  return fmt::format("ended the process while loading (exit code {})", WEXITSTATUS(status));
}

Refusal refused(const std::string& path, std::string reason) { return {path, std::move(reason)}; }

bool write_text(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

Description describe_library(const std::string& path, int out) {
  const auto module = load_library(path);
  if (!module) return refused(path, module.failure().message);
  write_text(out, loaded_line);
  auto info = read_tables(*module);
  if (!info) return refused(path, info.failure().message);
  return *info;
}

}  // namespace

Done preflight(const std::string& path) {
  const auto elf = read_elf_file(path);
  if (!elf) return elf.failure();
  if (elf->exports(TW_MODULE_SYMBOL_NAME)) return std::monostate{};
  const std::string_view stem = "tickwork_module_v";
  for (const auto& symbol : elf->symbols)
    if (symbol.defined && symbol.name.starts_with(stem))
      return Failure{TW_E_UNSUPPORTED,
                     fmt::format("built for SDK {} ({}); this host speaks SDK {}",
                                 symbol.name.substr(stem.size()), symbol.name, TW_ABI_MAJOR)};
  return Failure{TW_E_INVALID, "exports no " TW_MODULE_SYMBOL_NAME "; not a Tickwork plugin"};
}

Description probe(const std::string& path, const std::string& prober,
                  std::chrono::milliseconds limit) {
  const auto child = spawn(prober, path);
  if (!child) return refused(path, child.failure().message);
  std::string text;
  const bool ended = read_until(child->out, std::chrono::steady_clock::now() + limit, text);
  ::close(child->out);
  if (!ended) ::kill(child->pid, SIGKILL);
  int status = 0;
  while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended)
    return refused(path, fmt::format("did not finish loading in {} s", limit.count() / 1000));
  const bool loaded = text.starts_with(loaded_line);
  if (loaded) text.erase(0, loaded_line.size());
  auto answer = description_from_json(text);
  if (!answer) return refused(path, explain_death(status, child->pid, loaded));
  if (auto* module = std::get_if<ModuleInfo>(&*answer)) module->file = path;
  if (auto* refusal = std::get_if<Refusal>(&*answer)) refusal->file = path;
  return *answer;
}

void answer_probe(const std::string& path, int out) {
  // Whatever constructors print must not mix with the answer.
  const int answer = fcntl(out, F_DUPFD_CLOEXEC, 3);
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(null, 1);
  const auto description = describe_library(path, answer);
  write_text(answer, to_json(description) + "\n");
  _exit(std::holds_alternative<ModuleInfo>(description) ? 0 : 1);
}

}  // namespace tickwork::host
