// SPDX-License-Identifier: MIT
#include "module/elf.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "module/mapped_file.hpp"

namespace tickwork::host {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes library() {
  const auto file = MappedFile::open(SAMPLES "/good.so");
  EXPECT_TRUE(file) << SAMPLES "/good.so";
  return {file->bytes().begin(), file->bytes().end()};
}

template <class T>
void put(Bytes& bytes, size_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

// The size up to the last byte that is loaded; section headers and symbols for a debugger follow.
size_t loaded(const Bytes& bytes) {
  Elf64_Ehdr file;
  std::memcpy(&file, bytes.data(), sizeof file);
  size_t end = 0;
  for (size_t i = 0; i < file.e_phnum; ++i) {
    Elf64_Phdr segment;
    std::memcpy(&segment, bytes.data() + file.e_phoff + i * sizeof segment, sizeof segment);
    if (segment.p_type == PT_LOAD) end = std::max(end, segment.p_offset + segment.p_filesz);
  }
  return end;
}

std::string flaw(const Bytes& bytes) {
  const auto elf = read_elf(bytes);
  return elf ? "" : elf.failure().message;
}

TEST(Elf, SeesTheOneExport) {
  const auto elf = read_elf(library());
  ASSERT_TRUE(elf) << elf.failure().message;
  EXPECT_TRUE(elf->exports("tickwork_module_v1"));
  EXPECT_FALSE(elf->exports("tickwork_module_v2"));
  EXPECT_FALSE(elf->exports("malloc")) << "an import is no export";
  EXPECT_EQ(elf->build_id.size(), 40u);
  EXPECT_FALSE(elf->executable_stack);
  EXPECT_FALSE(elf->text_relocations);
}

TEST(Elf, SeesImports) {
  const auto elf = read_elf(library());
  ASSERT_TRUE(elf);
  const auto has = [&](std::string_view name) {
    for (const auto& s : elf->symbols)
      if (s.name == name && !s.defined) return true;
    return false;
  };
  EXPECT_TRUE(has("malloc"));
  EXPECT_FALSE(has("tickwork_module_v1"));
}

TEST(Elf, NeedsNoSectionHeaders) {
  auto bytes = library();
  put<uint64_t>(bytes, offsetof(Elf64_Ehdr, e_shoff), 0);
  put<uint16_t>(bytes, offsetof(Elf64_Ehdr, e_shnum), 0);
  const auto elf = read_elf(bytes);
  ASSERT_TRUE(elf);
  EXPECT_TRUE(elf->exports("tickwork_module_v1"));
}

TEST(Elf, NamesWhatAFileIsInstead) {
  EXPECT_EQ(flaw({}), "not an ELF file");
  EXPECT_EQ(flaw({'h', 'e', 'l', 'l', 'o'}), "not an ELF file");
  auto other = library();
  put<uint16_t>(other, offsetof(Elf64_Ehdr, e_machine), EM_S390);
  EXPECT_EQ(flaw(other), "built for another machine (s390)");
  auto narrow = library();
  narrow[EI_CLASS] = ELFCLASS32;
  EXPECT_EQ(flaw(narrow), "a 32-bit library; this host is 64-bit");
  auto object = library();
  put<uint16_t>(object, offsetof(Elf64_Ehdr, e_type), ET_REL);
  EXPECT_EQ(flaw(object), "not a shared library");
}

TEST(Elf, RefusesEveryTruncation) {
  const auto whole = library();
  for (size_t size = 4; size < loaded(whole); size += 61)
    EXPECT_NE(flaw(Bytes(whole.begin(), whole.begin() + size)), "") << size;
}

TEST(Elf, SurvivesDamage) {
  const auto whole = library();
  uint32_t random = 1;
  for (int round = 0; round < 2000; ++round) {
    auto bytes = whole;
    for (int i = 0; i < 8; ++i) {
      random = random * 1664525u + 1013904223u;
      bytes[(random >> 8) % 2048] = static_cast<unsigned char>(random);
    }
    (void)read_elf(bytes);
  }
}

}  // namespace
}  // namespace tickwork::host
