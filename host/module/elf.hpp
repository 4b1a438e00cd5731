// SPDX-License-Identifier: MIT
// What a shared library says about itself, read from its bytes and without running any of its code.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace tickwork::host {

// A row of the dynamic symbol table.
struct ElfSymbol {
  std::string name;
  bool defined = false;  // false: an import
  bool unique = false;   // STB_GNU_UNIQUE: shared by every copy of the library in the process
  bool weak = false;
};

struct ElfFile {
  std::vector<ElfSymbol> symbols;
  std::vector<std::string> needed;  // DT_NEEDED
  std::string run_path;             // DT_RPATH or DT_RUNPATH
  std::string build_id;             // hexadecimal, empty: none
  bool text_relocations = false;
  bool executable_stack = false;

  bool exports(std::string_view name) const;
};

// Reads a 64-bit library of this machine through its program headers, so stripped files are fine.
// The failure is a phrase for behind the file's name: "not an ELF file". Never trusts an offset.
Result<ElfFile> read_elf(std::span<const unsigned char> bytes);

// The same from a file; bytes may be longer than the file's headers say.
Result<ElfFile> read_elf_file(const std::string& path);

}  // namespace tickwork::host
