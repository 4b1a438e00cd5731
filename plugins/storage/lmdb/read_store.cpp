// SPDX-License-Identifier: MIT
#include "read_store.hpp"

#include <cerrno>
#include <filesystem>

#include "failure.hpp"

namespace tickwork::lmdb {
namespace {

namespace fs = std::filesystem;

constexpr int most_tries = 5;

std::string checked(std::string path) {
  std::error_code why;
  if (!fs::exists(path + "/meta/data.mdb", why)) {
    const std::string reason = why ? why.message() : "there is no " + path + "/meta/data.mdb";
    throw Failure(TW_E_NOT_FOUND, path + " is no store of storage.lmdb: " + reason);
  }
  return path;
}

// A database may be dropped between the catalogue's answer and its index.
std::unique_ptr<Registry> open_registry(const ClaimedFolder& folder) {
  for (int attempt = 1;; ++attempt) {
    try {
      return std::make_unique<Registry>(folder.path(), reading_map_size, folder.opening());
    } catch (const Failure&) {
      if (!folder.in_use() || attempt == most_tries) throw;
    }
  }
}

size_t count_rows(const Table& table) {
  size_t rows = 0;
  for (const auto& [id, shard] : table.shards()) {
    for (const Stream* stream : shard->streams()) {
      rows += read_stream(stream->view(), shard->shapes(), nullptr).rows();
    }
  }
  return rows;
}

}  // namespace

ClaimedFolder::ClaimedFolder(std::string path)
    : path_(checked(std::move(path))), lock_(FolderLock::to_read(path_)) {}

std::vector<LogFile> read_logs(const std::string& path) {
  std::vector<LogFile> logs;
  std::error_code why;
  if (!fs::exists(path + "/log", why)) return logs;
  for (const auto& [generation, file] : list_logs(path + "/log")) {
    try {
      logs.push_back({file, generation, read_file(file)});
    } catch (const Failure&) {
      if (fs::exists(file, why)) throw;  // else it was flushed: the shards have its rows
    }
  }
  return logs;
}

ReadStore::ReadStore(const std::string& path) : folder_(path) {
  std::vector<LogFile> files = read_logs(path);
  registry_ = open_registry(folder_);
  for (LogFile& file : files) {
    ReplayedLog replayed = replay_log(*registry_, file.bytes, file.generation);
    logs_.push_back({file.path, replayed.damage, file.bytes.size(), count_rows(*replayed.table)});
    tables_.push_back(std::move(replayed.table));
    std::string().swap(file.bytes);
  }
}

bool ReadStore::gone(const Shard& shard) const {
  std::error_code why;
  return folder_.in_use() && !fs::exists(shard.folder(), why);
}

}  // namespace tickwork::lmdb
