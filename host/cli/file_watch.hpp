// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace tickwork::host {

// Tells when configurations or plugin libraries come, go or are written, by inotify. One thread.
class FileWatch {
 public:
  // Folders, and files by the folders that they are in. What is not there is not watched.
  explicit FileWatch(const std::vector<std::string>& paths);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  int descriptor() const { return inotify_; }  // readable when something happened
  // True if what happened since the last call was to a .so, .toml or .conf file. Does not wait.
  bool changed() const;

 private:
  const int inotify_;
};

}  // namespace tickwork::host
