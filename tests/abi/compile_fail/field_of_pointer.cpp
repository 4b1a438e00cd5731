// SPDX-License-Identifier: MIT
// expect: value
#include <tickwork/tickwork.hpp>

void gather(tickwork::Sink sink, const void* pointer) {
  sink.point("m").field("v", pointer != nullptr).send();
#ifdef MISUSE
  sink.point("m").field("v", pointer).send();
#endif
}
