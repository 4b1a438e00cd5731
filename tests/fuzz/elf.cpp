// SPDX-License-Identifier: MIT
// The ELF reader meets files before anything else does.
#include "module/elf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  const auto elf = tickwork::host::read_elf({data, size});
  if (elf) (void)elf->exports("tickwork_module_v1");
  return 0;
}
