// SPDX-License-Identifier: MIT
// Tests 1 to 7: the library as a file. No code of it runs, except in resolves-now.
#include <fmt/format.h>

#include <array>
#include <string_view>

#include "check/test.hpp"
#include "module/elf.hpp"
#include "module/probe.hpp"

namespace tickwork::host::check {
namespace {

ElfFile read(Case& c) {
  auto elf = read_elf_file(c.subject().path);
  if (elf) return *elf;
  c.error(elf.failure().message);
  throw Unusable{};
}

void elf_readable(Case& c) {
  if (const Done done = preflight(c.subject().path); !done) c.error(done.failure().message);
}

void one_symbol(Case& c) {
  for (const ElfSymbol& s : read(c).symbols)
    if (s.defined && !s.name.starts_with("tickwork_module_v"))
      c.error(fmt::format("exports {}; link with tickwork.map (tickwork_plugin does)", s.name));
}

void no_unique(Case& c) {
  for (const ElfSymbol& s : read(c).symbols)
    if (s.unique)
      c.error(fmt::format("{} is STB_GNU_UNIQUE; compile with -fno-gnu-unique", s.name));
}

void no_textrel(Case& c) {
  const ElfFile elf = read(c);
  if (elf.text_relocations) c.error("has text relocations; compile with -fPIC");
  if (elf.executable_stack) c.error("asks for an executable stack; link with -z noexecstack");
  // Rust and CMake write one into build trees; in an installed library it is a mistake.
  if (!elf.run_path.empty()) c.warning(fmt::format("has the run path {}", elf.run_path));
}

void resolves_now(Case& c) { c.module(); }

constexpr std::array<std::string_view, 14> forbidden{
    "exit", "_exit", "_Exit",  "quick_exit", "abort",  "signal",    "sigaction",
    "fork", "vfork", "setenv", "unsetenv",   "putenv", "setlocale", "atexit"};

void no_forbidden_imports(Case& c) {
  for (const ElfSymbol& s : read(c).symbols) {
    const std::string_view name = std::string_view{s.name}.substr(0, s.name.find('@'));
    for (const std::string_view bad : forbidden)
      if (!s.defined && name == bad)
        c.warning(fmt::format("imports {}, which affects the whole process", bad));
  }
}

void build_id(Case& c) {
  if (read(c).build_id.empty())
    c.warning("has no build id; link with --build-id, so that hosts can tell versions apart");
}

}  // namespace

std::span<const Test> file_tests() {
  static constexpr Test tests[] = {
      {1, "elf-readable", elf_readable, true},
      {2, "one-symbol", one_symbol},
      {3, "no-unique", no_unique},
      {4, "no-textrel-execstack-rpath", no_textrel},
      {5, "resolves-now", resolves_now, true},
      {6, "no-forbidden-imports", no_forbidden_imports},
      {7, "build-id", build_id},
  };
  return tests;
}

}  // namespace tickwork::host::check
