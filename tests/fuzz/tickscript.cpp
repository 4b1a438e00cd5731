// SPDX-License-Identifier: MIT
// What parses must format, and the formatted text must parse again.
#include <cstdint>
#include <cstdlib>

#include "kit/tickscript/tickscript.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tickwork::tickscript;
  auto parsed = parse({reinterpret_cast<const char*>(data), size});
  if (!parsed.root) return 0;
  if (!parse(format(*parsed.root)).root) std::abort();
  return 0;
}
