// SPDX-License-Identifier: MIT
#include "module/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tickwork::host {
namespace {

Failure cannot_read() { return {TW_E_IO, std::string{"cannot be read: "} + std::strerror(errno)}; }

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return cannot_read();
  struct stat about {};
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
    ::close(fd);
    return Failure{TW_E_IO, "not a file"};
  }
  const auto size = static_cast<size_t>(about.st_size);
  if (size == 0) {
    ::close(fd);
    return MappedFile{{}};
  }
  void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  if (data == MAP_FAILED) return cannot_read();
  return MappedFile{{static_cast<const unsigned char*>(data), size}};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<unsigned char*>(bytes_.data()), bytes_.size());
}

}  // namespace tickwork::host
