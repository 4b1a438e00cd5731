// SPDX-License-Identifier: MIT
#include "isolate/method.hpp"

namespace tickwork::host {

const char* name_of(Method method) {
  constexpr const char* names[] = {
      "nothing", "create",  "start", "stop",    "destroy",  "stopping",  "timer",     "done",
      "wake",    "gather",  "write", "process", "add",      "push",      "parse",     "serialize",
      "handle",  "points",  "open",  "close",   "save",     "load",      "write",     "scan",
      "list",    "define",  "drop",  "listen",  "unlisten", "query",     "aggregate", "next",
      "cancel",  "release", "log",   "emit",    "watch",    "state get", "state put", "state del",
      "timer",   "cancel",  "find",  "make",    "drop",     "written"};
  const auto i = static_cast<uint32_t>(method);
  return i < sizeof names / sizeof *names ? names[i] : "a call";
}

}  // namespace tickwork::host
