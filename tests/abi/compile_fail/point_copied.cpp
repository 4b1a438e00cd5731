// SPDX-License-Identifier: MIT
// expect: deleted
#include <tickwork/tickwork.hpp>

void gather(tickwork::Sink sink) {
  tickwork::Point point = sink.point("uptime");
#ifdef MISUSE
  tickwork::Point copy = point;
  std::move(copy).send();
#endif
  std::move(point).field("v", 1).send();
}
