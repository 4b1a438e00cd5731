// SPDX-License-Identifier: MIT
// The ELF reader. It follows what the dynamic loader reads (PT_LOAD, PT_DYNAMIC, the hash tables),
// not the section headers, which may be stripped. Every access is checked against the file's size.
#include "module/elf.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "module/mapped_file.hpp"

namespace tickwork::host {
namespace {

#if defined(__x86_64__)
constexpr uint16_t own_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t own_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr uint16_t own_machine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr uint16_t own_machine = EM_PPC64;
#elif defined(__s390x__)
constexpr uint16_t own_machine = EM_S390;
#else
#error "name this machine's ELF number here"
#endif

constexpr uint64_t max_symbols = 1 << 20;  // a library with more is not a plugin

struct BadFile {
  std::string what;
};

std::string machine_name(uint16_t machine) {
  switch (machine) {
    case EM_386:
      return "i386";
    case EM_X86_64:
      return "x86-64";
    case EM_ARM:
      return "arm";
    case EM_AARCH64:
      return "aarch64";
    case EM_RISCV:
      return "riscv";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390";
    default:
      return fmt::format("machine {}", machine);
  }
}

// The file's bytes, by offset and by the address that they will be mapped to.
class Image {
 public:
  explicit Image(std::span<const unsigned char> bytes) : bytes_{bytes} {}

  template <class T>
  T at(uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) throw BadFile{"truncated"};
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  std::string text(uint64_t offset) const {
    if (offset >= bytes_.size()) throw BadFile{"truncated"};
    const auto rest = bytes_.subspan(offset);
    const auto end = std::find(rest.begin(), rest.end(), 0);
    if (end == rest.end()) throw BadFile{"truncated"};
    return {rest.begin(), end};
  }

  void map(const Elf64_Phdr& load) { loads_.push_back(load); }

  uint64_t offset_of(uint64_t address) const {
    for (const auto& load : loads_)
      if (address >= load.p_vaddr && address - load.p_vaddr < load.p_filesz)
        return load.p_offset + (address - load.p_vaddr);
    throw BadFile{"damaged: an address lies outside of the file"};
  }

  template <class T>
  T mapped(uint64_t address) const {
    return at<T>(offset_of(address));
  }

 private:
  std::span<const unsigned char> bytes_;
  std::vector<Elf64_Phdr> loads_;
};

// The dynamic section's entries that matter here; 0: absent.
struct Dynamic {
  uint64_t symbols = 0, strings = 0, gnu_hash = 0, hash = 0, run_path = 0;
  bool has_run_path = false, text_relocations = false;
  std::vector<uint64_t> needed;
};

Elf64_Ehdr read_header(const Image& image, std::span<const unsigned char> bytes) {
  if (bytes.size() < SELFMAG || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0)
    throw BadFile{"not an ELF file"};
  if (bytes.size() < EI_NIDENT + 4) throw BadFile{"truncated"};
  // e_machine has the same place in both classes.
  const auto machine = image.at<uint16_t>(offsetof(Elf64_Ehdr, e_machine));
  if (bytes[EI_DATA] != ELFDATA2LSB && own_machine != EM_S390)
    throw BadFile{"built for another byte order"};
  if (machine != own_machine)
    throw BadFile{fmt::format("built for another machine ({})", machine_name(machine))};
  if (bytes[EI_CLASS] != ELFCLASS64) throw BadFile{"a 32-bit library; this host is 64-bit"};
  const auto header = image.at<Elf64_Ehdr>(0);
  if (header.e_type != ET_DYN) throw BadFile{"not a shared library"};
  return header;
}

void take(Dynamic& dynamic, const Elf64_Dyn& entry) {
  const uint64_t value = entry.d_un.d_val;
  switch (entry.d_tag) {
    case DT_SYMTAB:
      dynamic.symbols = value;
      break;
    case DT_STRTAB:
      dynamic.strings = value;
      break;
    case DT_GNU_HASH:
      dynamic.gnu_hash = value;
      break;
    case DT_HASH:
      dynamic.hash = value;
      break;
    case DT_RPATH:
    case DT_RUNPATH:
      dynamic.run_path = value;
      dynamic.has_run_path = true;
      break;
    case DT_NEEDED:
      dynamic.needed.push_back(value);
      break;
    case DT_TEXTREL:
      dynamic.text_relocations = true;
      break;
    case DT_FLAGS:
      dynamic.text_relocations |= (value & DF_TEXTREL) != 0;
      break;
    default:
      break;
  }
}

Dynamic read_dynamic(const Image& image, const Elf64_Phdr& segment) {
  Dynamic dynamic;
  for (uint64_t i = 0; i < segment.p_filesz / sizeof(Elf64_Dyn); ++i) {
    const auto entry = image.at<Elf64_Dyn>(segment.p_offset + i * sizeof(Elf64_Dyn));
    if (entry.d_tag == DT_NULL) break;
    take(dynamic, entry);
  }
  if (!dynamic.symbols || !dynamic.strings) throw BadFile{"damaged: no dynamic symbol table"};
  return dynamic;
}

// The GNU table tells no count: it is one behind the last index that a chain reaches.
uint64_t count_by_gnu_hash(const Image& image, uint64_t table) {
  const auto buckets = image.mapped<uint32_t>(table);
  const auto first_hashed = image.mapped<uint32_t>(table + 4);
  const auto bloom_words = image.mapped<uint32_t>(table + 8);
  const uint64_t bucket_at = table + 16 + uint64_t{bloom_words} * 8;
  if (buckets > max_symbols) throw BadFile{"damaged: symbol hash table"};
  uint32_t last = 0;
  for (uint64_t i = 0; i < buckets; ++i)
    last = std::max(last, image.mapped<uint32_t>(bucket_at + i * 4));
  if (last < first_hashed) return first_hashed;
  const uint64_t chain_at = bucket_at + uint64_t{buckets} * 4;
  while (last < max_symbols) {
    const auto link = image.mapped<uint32_t>(chain_at + (uint64_t{last} - first_hashed) * 4);
    ++last;
    if (link & 1) return last;
  }
  throw BadFile{"damaged: symbol hash table"};
}

uint64_t count_symbols(const Image& image, const Dynamic& dynamic) {
  if (dynamic.hash) return image.mapped<uint32_t>(dynamic.hash + 4);
  if (dynamic.gnu_hash) return count_by_gnu_hash(image, dynamic.gnu_hash);
  throw BadFile{"damaged: no symbol hash table"};
}

void read_symbols(const Image& image, const Dynamic& dynamic, ElfFile& file) {
  const uint64_t count = count_symbols(image, dynamic);
  if (count > max_symbols) throw BadFile{"damaged: symbol hash table"};
  const uint64_t strings = image.offset_of(dynamic.strings);
  for (uint64_t i = 1; i < count; ++i) {
    const auto row = image.mapped<Elf64_Sym>(dynamic.symbols + i * sizeof(Elf64_Sym));
    const auto binding = ELF64_ST_BIND(row.st_info);
    if (binding == STB_LOCAL) continue;
    file.symbols.push_back({image.text(strings + row.st_name), row.st_shndx != SHN_UNDEF,
                            binding == STB_GNU_UNIQUE, binding == STB_WEAK});
  }
}

void read_notes(const Image& image, const Elf64_Phdr& segment, ElfFile& file) {
  uint64_t at = segment.p_offset;
  const uint64_t end = at + std::min<uint64_t>(segment.p_filesz, 1 << 16);
  while (at < end && end - at >= sizeof(Elf64_Nhdr)) {
    const auto note = image.at<Elf64_Nhdr>(at);
    const uint64_t name = at + sizeof note;
    const uint64_t data = name + ((uint64_t{note.n_namesz} + 3) & ~uint64_t{3});
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
        image.at<uint32_t>(name) == 0x554e47)
      for (uint32_t i = 0; i < std::min<uint32_t>(note.n_descsz, 64); ++i)
        file.build_id += fmt::format("{:02x}", image.at<uint8_t>(data + i));
    at = data + ((uint64_t{note.n_descsz} + 3) & ~uint64_t{3});
  }
}

ElfFile read(std::span<const unsigned char> bytes) {
  Image image{bytes};
  const auto header = read_header(image, bytes);
  if (header.e_phentsize != sizeof(Elf64_Phdr)) throw BadFile{"damaged: program headers"};
  std::vector<Elf64_Phdr> segments;
  for (uint64_t i = 0; i < header.e_phnum; ++i)
    segments.push_back(image.at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr)));

  ElfFile file;
  const Elf64_Phdr* dynamic_segment = nullptr;
  for (const auto& segment : segments) {
    if (segment.p_type == PT_LOAD) {
      if (segment.p_filesz > bytes.size() || segment.p_offset > bytes.size() - segment.p_filesz)
        throw BadFile{"truncated"};
      image.map(segment);
    }
    if (segment.p_type == PT_DYNAMIC) dynamic_segment = &segment;
    if (segment.p_type == PT_GNU_STACK) file.executable_stack = (segment.p_flags & PF_X) != 0;
  }
  for (const auto& segment : segments)
    if (segment.p_type == PT_NOTE && file.build_id.empty()) read_notes(image, segment, file);
  if (!dynamic_segment) throw BadFile{"not a shared library"};

  const Dynamic dynamic = read_dynamic(image, *dynamic_segment);
  const uint64_t strings = image.offset_of(dynamic.strings);
  for (const uint64_t name : dynamic.needed) file.needed.push_back(image.text(strings + name));
  if (dynamic.has_run_path) file.run_path = image.text(strings + dynamic.run_path);
  file.text_relocations = dynamic.text_relocations;
  read_symbols(image, dynamic, file);
  return file;
}

}  // namespace

bool ElfFile::exports(std::string_view name) const {
  return std::any_of(symbols.begin(), symbols.end(),
                     [&](const ElfSymbol& s) { return s.defined && s.name == name; });
}

Result<ElfFile> read_elf(std::span<const unsigned char> bytes) {
  try {
    return read(bytes);
  } catch (const BadFile& bad) {
    return Failure{TW_E_INVALID, bad.what};
  }
}

Result<ElfFile> read_elf_file(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file) return file.failure();
  return read_elf(file->bytes());
}

}  // namespace tickwork::host
