// SPDX-License-Identifier: MIT
#include "isolate/confine.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "isolate/process.hpp"

namespace tickwork::host {

namespace {

// An instance whose bound cannot be kept does not run: somebody relies on it.
Done limit(__rlimit_resource resource, int64_t value, const char* option) {
  if (value <= 0) return std::monostate{};
  const auto most = static_cast<rlim_t>(value);
  const rlimit wanted{most, most};
  if (setrlimit(resource, &wanted) == 0) return std::monostate{};
  const int error = errno;
  rlimit now{};
  std::string why = std::strerror(error);
  if (error == EPERM && getrlimit(resource, &now) == 0 && now.rlim_max < most) {
    why = fmt::format("this program may have at most {} and hand on no more", now.rlim_max);
  } else if (error == EPERM) {
    why =
        "a filter around this program forbids setrlimit (prlimit64); permit it, for systemd by "
        "SystemCallFilter=prlimit64 setrlimit, or leave the option out";
  }
  return Failure{TW_E_INVALID,
                 fmt::format("cannot limit its process to {} = {}: {}", option, value, why)};
}

}  // namespace

void leave_host() {
  close_range(library_descriptor + 1, ~0u, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

Done set_limits(int64_t memory, int64_t open_files) {
  // Private writable memory: the heap and the stacks of threads, not code or mapped files.
  if (const Done done = limit(RLIMIT_DATA, memory, "memory"); !done) return done;
  return limit(RLIMIT_NOFILE, open_files, "open_files");
}

}  // namespace tickwork::host
