// SPDX-License-Identifier: MIT
#include "module/loader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/dll/shared_library.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>

#include "module/mapped_file.hpp"

namespace tickwork::host {
namespace {

// What dlerror said, out of Boost's sentence around it, and without the path in front.
std::string loader_text(const std::string& boost_text, const std::string& path) {
  const std::string_view mark = "dlerror system message: ";
  std::string text = boost_text;
  if (const auto at = text.find(mark); at != text.npos) {
    text.erase(0, at + mark.size());
    if (const auto end = text.rfind(')'); end != text.npos) text.erase(end);
  }
  if (text.starts_with(path + ": ")) text.erase(0, path.size() + 2);
  return text;
}

std::string explain(const std::string& text) {
  const std::string_view undefined = "undefined symbol: ";
  if (const auto at = text.find(undefined); at != text.npos) {
    const auto name = text.substr(at + undefined.size());
    return fmt::format("undefined symbol {}; link with -z defs to catch this at build time",
                       name.substr(0, name.find_first_of(",: ")));
  }
  const std::string_view missing = ": cannot open shared object file: No such file";
  if (const auto at = text.find(missing); at != text.npos)
    return fmt::format("needs {}, which is not installed", text.substr(0, at));
  return text;
}

Failure cannot_copy(const char* what) {
  return {TW_E_IO, fmt::format("cannot be copied ({}): {}", what, std::strerror(errno))};
}

bool write_all(int fd, std::span<const unsigned char> bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return true;
}

// Never destroyed, because the destructor would unmap the code, but listed, so that it is no leak.
boost::dll::shared_library* keep_library() {
  static std::mutex lock;
  static auto& kept = *new std::deque<boost::dll::shared_library>;
  const std::lock_guard guard{lock};
  return &kept.emplace_back();
}

struct Extent {
  uintptr_t address;
  uint64_t bytes;
};

// Of dl_iterate_phdr: not 0 ends the search.
int measure(dl_phdr_info* library, size_t, void* self) {
  auto& extent = *static_cast<Extent*>(self);
  const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  uint64_t bytes = 0;
  bool inside = false;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const auto& segment = library->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    const uint64_t from = library->dlpi_addr + segment.p_vaddr;
    const uint64_t to = from + segment.p_memsz;
    inside = inside || (extent.address >= from && extent.address < to);
    bytes += (to + page - 1) / page * page - from / page * page;
  }
  if (inside) extent.bytes = bytes;
  return inside;
}

}  // namespace

Result<const tw_module*> load_library(const std::string& path) {
  namespace dll = boost::dll;
  try {
    dll::shared_library* library = keep_library();
    // Without a slash the loader would search the system's directories.
    library->load(path.find('/') == path.npos ? "./" + path : path,
                  dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    return &library->get<const tw_module>(TW_MODULE_SYMBOL_NAME);
  } catch (const std::exception& error) {
    return Failure{TW_E_INVALID, explain(loader_text(error.what(), path))};
  }
}

Result<const tw_module*> load_copy(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file) return file.failure();
  const auto name = path.substr(path.rfind('/') + 1).substr(0, 200);
  const int fd = memfd_create(name.c_str(), MFD_CLOEXEC);
  if (fd < 0) return cannot_copy("memfd_create");
  if (!write_all(fd, file->bytes())) {
    ::close(fd);
    return cannot_copy("write");
  }
  // The descriptor stays open: the loader tells libraries apart by this name, too.
  return load_library(fmt::format("/proc/self/fd/{}", fd));
}

uint64_t mapped_bytes(const void* address) {
  Extent extent{reinterpret_cast<uintptr_t>(address), 0};
  dl_iterate_phdr(measure, &extent);
  return extent.bytes;
}

}  // namespace tickwork::host
