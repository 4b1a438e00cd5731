// SPDX-License-Identifier: MIT
// A store opened to be read, by the commands: also beside the process that writes it. What the
// writer acknowledged before is seen, because the logs are read before the environments are opened:
// what a log no longer holds has been committed (FORMAT.md, "Reading beside the writer").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "durable_file.hpp"
#include "registry.hpp"
#include "replay.hpp"

namespace tickwork::lmdb {

constexpr size_t reading_map_size = size_t{64} << 30;

// A folder that holds a store, claimed to be read: while this lives nobody begins to write it, if
// nobody did before.
class ClaimedFolder {
 public:
  explicit ClaimedFolder(std::string path);  // throws Failure if it is no store

  const std::string& path() const { return path_; }
  bool in_use() const { return lock_ == nullptr; }  // another process writes
  Opening opening() const { return in_use() ? Opening::shared : Opening::frozen; }

 private:
  std::string path_;
  std::unique_ptr<FolderLock> lock_;
};

struct LogFile {
  std::string path;
  uint64_t generation = 0;
  std::string bytes;
};

// The logs as they are now, oldest first; without those that vanish meanwhile.
std::vector<LogFile> read_logs(const std::string& path);

class ReadStore {
 public:
  explicit ReadStore(const std::string& path);

  struct Log {
    std::string path, damage;  // damage: empty for none
    size_t bytes = 0, rows = 0;
  };
  const ClaimedFolder& folder() const { return folder_; }
  const Registry& registry() const { return *registry_; }
  const std::vector<std::shared_ptr<Table>>& tables() const { return tables_; }
  const std::vector<Log>& logs() const { return logs_; }
  // True if the shard's folder went while this was read, as retention does.
  bool gone(const Shard& shard) const;

 private:
  ClaimedFolder folder_;
  std::unique_ptr<Registry> registry_;
  std::vector<std::shared_ptr<Table>> tables_;
  std::vector<Log> logs_;
};

}  // namespace tickwork::lmdb
