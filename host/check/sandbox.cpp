// SPDX-License-Identifier: MIT
// The child tells each finding as one message: a letter, the text, a zero byte. "D" is what it is
// about to do.
#include "check/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace tickwork::host::check {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char letter_of(Severity s) {
  return s == Severity::error ? 'E' : s == Severity::warning ? 'W' : 'N';
}

void run_test(const Test& test, Case& c) {
  try {
    test.run(c);
  } catch (const Unusable&) {
  } catch (const std::exception& e) {
    c.error(fmt::format("threw {}", e.what()));
  } catch (...) {
    c.error("threw something that is no std::exception");
  }
}

void send(int fd, char letter, const std::string& text) {
  const std::string message = letter + text.substr(0, 3000) + '\0';
  // One write each, below PIPE_BUF: messages of two threads do not mix.
  if (::write(fd, message.data(), message.size()) < 0) _exit(3);
}

class Scratch {
 public:
  Scratch() {
    const char* tmp = std::getenv("TMPDIR");
    path_ = fmt::format("{}/tickwork-check-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(path_.data())) path_.clear();
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void limit_resources() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const rlimit data{4ull << 30, 4ull << 30};
  setrlimit(RLIMIT_DATA, &data);
#endif
}

[[noreturn]] void be_child(const Test& test, const Subject& subject, const std::string& folder,
                           int out) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  limit_resources();
  const int null = open("/dev/null", O_RDWR);
  for (const int fd : {0, 1, 2}) dup2(null, fd);
  close(null);
  if (folder.empty() || chdir(folder.c_str()) != 0) _exit(3);
  Case c{subject, [out](const Finding& f) { send(out, letter_of(f.severity), f.text); },
         [out](const std::string& what) { send(out, 'D', what); }};
  run_test(test, c);
  send(out, 'F', "");
  _exit(0);
}

// What came from the child until it closed the pipe or the time was over.
struct Heard {
  std::string bytes;
  bool late = false;
};

Heard listen(int fd, Clock::time_point end) {
  Heard heard;
  char buffer[4096];
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd wait{fd, POLLIN, 0};
    const int ready = left.count() > 0 ? poll(&wait, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return heard.late = true, heard;
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return heard;
    heard.bytes.append(buffer, static_cast<size_t>(n));
    if (heard.bytes.ends_with(std::string_view{"F\0", 2})) return heard;
  }
}

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

// Fills findings from the messages; returns what the child did last, "" if it finished.
std::string decode(const std::string& bytes, std::vector<Finding>& findings) {
  std::string last = "starting";
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\0', at), bytes.size());
    const std::string text = bytes.substr(at + 1, end - at - 1);
    switch (bytes[at]) {
      case 'E':
        findings.push_back({Severity::error, text});
        break;
      case 'W':
        findings.push_back({Severity::warning, text});
        break;
      case 'N':
        findings.push_back({Severity::note, text});
        break;
      case 'D':
        last = text;
        break;
      default:
        last.clear();
    }
    at = end + 1;
  }
  return last;
}

int reap(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Outcome cannot_run(const Test& test, const char* what) {
  return {test, {{Severity::error, fmt::format("cannot {}: {}", what, std::strerror(errno))}}};
}

}  // namespace

bool Outcome::has(Severity severity) const {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& f) { return f.severity == severity; });
}

Outcome run_sandboxed(const Test& test, const Subject& subject, std::chrono::milliseconds limit) {
  const auto begin = Clock::now();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return cannot_run(test, "make a pipe");
  const Scratch scratch;
  const pid_t pid = fork();
  if (pid < 0) return cannot_run(test, "fork");
  if (pid == 0) be_child(test, subject, scratch.path(), ends[1]);
  close(ends[1]);
  const Heard heard = listen(ends[0], begin + limit);
  close(ends[0]);
  // Its children, too: it leads a session of its own. A child that has said "F" ends by itself.
  Outcome outcome{test, {}};
  const std::string last = decode(heard.bytes, outcome.findings);
  outcome.late = heard.late;
  if (heard.late) kill(pid, SIGKILL);
  const int status = reap(pid);
  kill(-pid, SIGKILL);
  if (heard.late)
    outcome.findings.push_back(
        {Severity::error, fmt::format("did not end in {} s ({})", limit.count() / 1000, last)});
  else if (WIFSIGNALED(status))
    outcome.findings.push_back({Severity::error, fmt::format("crashed with {} ({})",
                                                             signal_name(WTERMSIG(status)), last)});
  else if (!last.empty())
    outcome.findings.push_back(
        {Severity::error,
         fmt::format("ended the process with exit code {} ({})", WEXITSTATUS(status), last)});
  outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  return outcome;
}

Outcome run_here(const Test& test, const Subject& subject) {
  const auto begin = Clock::now();
  Outcome outcome{test, {}};
  Case c{subject, [&](const Finding& f) { outcome.findings.push_back(f); },
         [](const std::string&) {}};
  run_test(test, c);
  outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  return outcome;
}

}  // namespace tickwork::host::check
