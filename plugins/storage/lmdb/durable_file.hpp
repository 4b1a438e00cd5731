// SPDX-License-Identifier: MIT
// Files and folders whose presence survives a power loss.
#pragma once

#include <string>

namespace tickwork::lmdb {

void sync_folder(const std::string& folder);     // its entries; throws Failure
void make_folder(const std::string& folder);     // with parents, durably
std::string read_file(const std::string& path);  // whole; throws Failure

// Holds <folder>/lock while it lives; throws Failure if another process does.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace tickwork::lmdb
