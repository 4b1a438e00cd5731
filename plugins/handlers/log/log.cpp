// SPDX-License-Identifier: MIT
// handlers.log: appends each alert event as a line of JSON to a file.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <tickwork/tickwork.hpp>

#include <cerrno>
#include <cstring>

#include "kit/alertfilter/alertfilter.hpp"

namespace {

using tickwork::Error;

class LogHandler {
 public:
  LogHandler(tickwork::Host host, tickwork::Config config)
      : filter_{config.str("topic"), config.str("match"), host},
        path_{config.str("path")},
        mode_{config.num("mode")} {
    if (path_.empty() || path_[0] != '/')
      throw Error{TW_E_INVALID, "path must be absolute, got \"" + path_ + "\""};
    if (mode_ < 0 || mode_ > 0777 || !(mode_ & 0200))
      throw Error{TW_E_INVALID, "mode must let the user write"};
  }

  // Opened each time, so that log rotation needs no signal.
  void handle(const tw_event& event) {
    if (!filter_.wants(event)) return;
    int fd =
        open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, static_cast<mode_t>(mode_));
    if (fd < 0) throw Error{TW_E_IO, "cannot open " + path_ + ": " + std::strerror(errno)};
    std::string line = tickwork::string(event.json) + "\n";
    ssize_t written = write(fd, line.data(), line.size());
    int error = errno;
    close(fd);
    if (written != static_cast<ssize_t>(line.size()))
      throw Error{TW_E_IO, "cannot write " + path_ + ": " + std::strerror(error)};
  }

 private:
  tickwork::AlertFilter filter_;
  std::string path_;
  int64_t mode_;
};

constexpr tw_option options[] = {
    {"path", TW_OPT_STRING, TW_REQUIRED, nullptr, "File to append to, an absolute path"},
    {"mode", TW_OPT_INT, 0, "384", "Permissions of a new file (384 is 0600)"},
    {"topic", TW_OPT_STRING, 0, "\"\"", "Topics to speak of, a glob; empty: all"},
    {"match", TW_OPT_STRING, 0, "\"\"", "Expression over the event's tags, changed(), level() ..."},
    {}};

}  // namespace

TICKWORK_MODULE("tickwork.handlers.log", "1.0.0", "MIT",
                tickwork::plugin<LogHandler>("handlers.log", "Appends alert events to a file",
                                             options));
