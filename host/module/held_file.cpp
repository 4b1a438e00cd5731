// SPDX-License-Identifier: MIT
#include "module/held_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "module/probe_cache.hpp"

namespace tickwork::host {

HeldFile::HeldFile(const std::string& path, const std::string& content) {
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return;
  // Clear of those that a new process gets by number.
  descriptor_ = fcntl(opened, F_DUPFD_CLOEXEC, 10);
  ::close(opened);
  if (descriptor_ < 0 || content_name(fmt::format("/proc/self/fd/{}", descriptor_)) == content) {
    return;
  }
  ::close(descriptor_);
  descriptor_ = -1;
}

HeldFile::~HeldFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tickwork::host
