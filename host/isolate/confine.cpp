// SPDX-License-Identifier: MIT
#include "isolate/confine.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

namespace tickwork::host {

namespace {

Done limit(int resource, int64_t value, const char* what) {
  if (value <= 0) return std::monostate{};
  const auto most = static_cast<rlim_t>(value);
  const rlimit wanted{most, most};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &wanted) == 0) return std::monostate{};
  return Failure{TW_E_INVALID, std::string{"cannot limit "} + what + ": " + std::strerror(errno)};
}

}  // namespace

void leave_host() {
  close_range(4, ~0u, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

Done set_limits(int64_t memory, int64_t open_files) {
  // Private writable memory: the heap and the stacks of threads, not code or mapped files.
  if (const Done done = limit(RLIMIT_DATA, memory, "memory"); !done) return done;
  return limit(RLIMIT_NOFILE, open_files, "open files");
}

}  // namespace tickwork::host
