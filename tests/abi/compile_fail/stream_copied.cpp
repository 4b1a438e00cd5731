// SPDX-License-Identifier: MIT
// expect: deleted
#include <tickwork/tickwork.hpp>

void use() {
  tickwork::ArrowStream stream;
  tickwork::ArrowStream moved = std::move(stream);
#ifdef MISUSE
  tickwork::ArrowStream copy = moved;  // would be released twice
#endif
}
