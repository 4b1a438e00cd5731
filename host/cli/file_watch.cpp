// SPDX-License-Identifier: MIT
#include "cli/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace tickwork::host {
namespace {

bool matters(std::string_view name) {
  return name.ends_with(".so") || name.ends_with(".toml") || name.ends_with(".conf");
}

}  // namespace

FileWatch::FileWatch(const std::vector<std::string>& paths)
    : inotify_{inotify_init1(IN_CLOEXEC | IN_NONBLOCK)} {
  if (inotify_ < 0)
    throw std::system_error{errno, std::generic_category(), "--watch-config: inotify"};
  for (const std::filesystem::path path : paths) {
    std::error_code ignored;
    const auto folder = is_directory(path, ignored) ? path : path.parent_path();
    inotify_add_watch(inotify_, folder.empty() ? "." : folder.c_str(),
                      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE);
  }
}

FileWatch::~FileWatch() { ::close(inotify_); }

bool FileWatch::changed() const {
  bool any = false;
  alignas(inotify_event) char buffer[4096];
  for (;;) {
    const auto n = ::read(inotify_, buffer, sizeof buffer);
    if (n <= 0) return any;
    for (const char* at = buffer; at < buffer + n;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      const bool lost = (event->mask & IN_Q_OVERFLOW) != 0;
      any = any || lost || (event->len > 0 && matters(event->name));
      at += sizeof *event + event->len;
    }
  }
}

}  // namespace tickwork::host
