// SPDX-License-Identifier: MIT
// "tickwork run-plugin NAME [any-system-call]": the process of an isolated instance, started by the
// host, not by people.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstdio>

#include "cli/command.hpp"
#include "isolate/child.hpp"
#include "isolate/process.hpp"

namespace tickwork::host {

int command_run_plugin(const Arguments& arguments) {
  struct stat what {};
  if (arguments.size() > 2 || fstat(socket_descriptor, &what) != 0 || !S_ISSOCK(what.st_mode)) {
    fmt::print(stderr,
               "tickwork: run-plugin is how the host runs an instance with isolate = true; it "
               "expects a socket as descriptor {}\n",
               socket_descriptor);
    return exit_usage;
  }
  be_isolated(socket_descriptor, arguments.size() < 2 || arguments[1] != "any-system-call");
}

}  // namespace tickwork::host
