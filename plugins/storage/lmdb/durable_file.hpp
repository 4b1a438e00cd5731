// SPDX-License-Identifier: MIT
// Files and folders whose presence survives a power loss.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tickwork::lmdb {

void sync_folder(const std::string& folder);     // its entries; throws Failure
void sync_file(const std::string& path);         // its content; throws Failure
void make_folder(const std::string& folder);     // with parents, durably
std::string read_file(const std::string& path);  // whole; throws Failure

// With the rights of root: the file gets the owner of the other one. Failures are no matter.
void give_to_owner_of(const std::string& owned, const std::string& file);

// All of the bytes to an open file; false: errno says why.
bool write_all(int file, std::string_view bytes);

// Writes bytes to a new file, synced; throws Failure.
void write_file(const std::string& path, std::string_view bytes);

// Says to the process that writes a store that another one reads the files of this folder. While it
// lives they are not replaced by others of the same name. Waits for a replacement in progress.
class FolderUse {
 public:
  explicit FolderUse(const std::string& folder);
  ~FolderUse();
  FolderUse(const FolderUse&) = delete;
  FolderUse& operator=(const FolderUse&) = delete;

 private:
  int file_ = -1;
};

// The other side: nobody else reads the files of this folder while it lives, if it was granted.
class FolderChange {
 public:
  explicit FolderChange(const std::string& folder);
  ~FolderChange();
  FolderChange(const FolderChange&) = delete;
  FolderChange& operator=(const FolderChange&) = delete;
  bool granted() const { return file_ >= 0; }

 private:
  int file_ = -1;
};

// Holds <folder>/lock while it lives; throws Failure if another process does.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder);
  // To read only: together with other readers; an empty pointer if a process writes the store.
  static std::unique_ptr<FolderLock> to_read(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  FolderLock() = default;
  int file_ = -1;
};

}  // namespace tickwork::lmdb
