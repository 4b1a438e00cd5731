// SPDX-License-Identifier: MIT
// Where "tickwork ctl" reaches a running host: a Unix socket with one exchange a connection. The
// request is a line of words ("add lamp") and, after it, what belongs to it until the sender shuts
// its side down; the answer is the line "ok" or "error" and then a text.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "result.hpp"

namespace tickwork::host {

struct ControlRequest {
  std::vector<std::string> words;  // at least one
  std::string body;
  std::string sender;  // "uid 0, pid 4711"
};

// The listening end. Who may write to the socket's file may use it: mode 0660, the process' own
// user and group. One thread.
class ControlSocket {
 public:
  // A file that nobody listens on any more is replaced; any other file is a failure.
  static Result<ControlSocket> listen(const std::string& path);
  ControlSocket(ControlSocket&& other) noexcept;
  ControlSocket& operator=(ControlSocket&&) = delete;
  ~ControlSocket();  // removes the file

  int descriptor() const { return fd_; }  // readable when somebody calls

  // Takes the exchanges that wait. A sender has 2 s for its request of at most 1 MiB.
  void serve(const std::function<Result<std::string>(const ControlRequest&)>& answer) const;

 private:
  ControlSocket(int fd, std::string path) : fd_{fd}, path_{std::move(path)} {}

  int fd_;
  std::string path_;
};

// The calling end: the answer's text, or as a failure the host's error. Waits for as long as the
// host works on it.
Result<std::string> ask_host(const std::string& path, const std::string& line,
                             const std::string& body);

}  // namespace tickwork::host
