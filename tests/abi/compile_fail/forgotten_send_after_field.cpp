// SPDX-License-Identifier: MIT
// expect: a point goes nowhere without send()
#include <tickwork/tickwork.hpp>

void gather(tickwork::Sink sink) {
  sink.point("uptime").field("seconds", 1.0).send();
#ifdef MISUSE
  sink.point("uptime").tag("source", "x").field("seconds", 1.0);
#endif
}
