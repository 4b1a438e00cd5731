// SPDX-License-Identifier: MIT
// "tickwork storage backup SOURCE DEST" and "restore BACKUP DIR". The order of the copies is what
// makes a backup of a store at work consistent (FORMAT.md, "Backup").
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "accounts.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "continuous.hpp"
#include "failure.hpp"
#include "read_store.hpp"

namespace tickwork::lmdb {
namespace {

constexpr const char* backup_usage =
    "backup SOURCE DEST\n\n"
    "Copies the store in SOURCE to the folder DEST, which must be empty or not there. Also while "
    "a\n"
    "process writes the store: everything that was acknowledged before the start is in the copy.\n";
constexpr const char* restore_usage =
    "restore BACKUP DIR\n\n"
    "Makes a store in DIR, which must be empty or not there, of a backup.\n";

// Written last: without it a copy is not complete.
constexpr const char* mark_name = "/BACKUP";
constexpr std::string_view mark_text = "tickwork storage backup, version 1\n";

std::string database_folder(const std::string& store, uint64_t id) {
  return store + "/db/" + std::to_string(id);
}
std::string shard_folder(const std::string& store, const ShardInfo& shard) {
  return database_folder(store, shard.database) + "/shard/" + std::to_string(shard.id);
}

void need_empty(const std::string& folder) {
  std::error_code why;
  if (!std::filesystem::exists(folder, why)) return;
  if (std::filesystem::is_directory(folder, why) && std::filesystem::is_empty(folder, why)) return;
  throw Failure(TW_E_INVALID, folder + " is not empty; name a folder that is, or is not there");
}

class Backup {
 public:
  Backup(ClaimedFolder source, std::string dest)
      : source_(std::move(source)), from_(source_.path()), to_(std::move(dest)) {}

  uint64_t bytes() const { return bytes_; }

  void run() {
    make_folder(to_ + "/log");
    make_folder(to_ + "/db");
    write_file(to_ + "/lock", {});
    copy_logs();
    {
      const Catalogue catalogue(from_ + "/meta", source_.opening());
      databases_ = catalogue.databases();
      shards_ = catalogue.shards();
    }
    for (const ShardInfo& shard : shards_) copy_shard(shard);
    for (const DatabaseInfo& database : databases_) {
      copy(database_folder("", database.id) + "/index", index_trees);
    }
    copy("/meta", catalogue_trees);
    copy("/accounts", accounts_trees);
    copy("/continuous", continuous_trees);
    complete();
    write_file(to_ + mark_name, mark_text);
    sync_folder(to_);
  }

 private:
  void copy_logs() {
    for (const LogFile& log : read_logs(from_)) {
      write_file(to_ + log.path.substr(from_.size()), log.bytes);
      bytes_ += log.bytes.size();
    }
    sync_folder(to_ + "/log");
  }

  void copy_shard(const ShardInfo& shard) { copy(shard_folder("", shard), shard_trees); }

  // One environment, as it is at one moment. One that goes meanwhile is left to complete().
  void copy(const std::string& folder, TreeNames trees) {
    make_folder(to_ + folder);
    const std::string file = to_ + folder + "/data.mdb";
    try {
      const Environment env(from_ + folder, reading_map_size, trees, source_.opening());
      env.copy_compact(file);
      sync_folder(to_ + folder);
    } catch (const Failure&) {
      std::error_code why;
      if (std::filesystem::exists(from_ + folder + "/data.mdb", why)) throw;
      std::filesystem::remove(file, why);
      return;
    }
    bytes_ += std::filesystem::file_size(file);
  }

  // What the copied catalogue names and came, or went, while the rest was copied: nothing of it was
  // acknowledged before the start, so it is there and empty.
  void complete() {
    const Catalogue catalogue(to_ + "/meta", Opening::write);
    std::set<std::string> named;
    for (const DatabaseInfo& database : catalogue.databases()) {
      const std::string folder = database_folder(to_, database.id);
      named.insert(folder);
      make_folder(folder + "/shard");
      const Environment made(folder + "/index", reading_map_size, index_trees);
    }
    for (const ShardInfo& shard : catalogue.shards()) {
      named.insert(shard_folder(to_, shard));
      const Environment made(shard_folder(to_, shard), reading_map_size, shard_trees);
    }
    for (const ShardInfo& shard : shards_) {
      if (!named.contains(shard_folder(to_, shard))) remove(shard_folder(to_, shard));
    }
    for (const DatabaseInfo& database : databases_) {
      if (!named.contains(database_folder(to_, database.id))) {
        remove(database_folder(to_, database.id));
      }
    }
  }

  static void remove(const std::string& folder) {
    std::error_code why;
    std::filesystem::remove_all(folder, why);
  }

  ClaimedFolder source_;
  std::string from_, to_;
  std::vector<DatabaseInfo> databases_;
  std::vector<ShardInfo> shards_;
  uint64_t bytes_ = 0;
};

// With the rights of root, the account that shall own what is made there: that of the folder, or of
// the folder in which it is made.
std::string owner_like(const std::string& folder) {
  std::error_code why;
  const auto path = std::filesystem::absolute(folder).lexically_normal();
  return std::filesystem::exists(path, why) ? path.string() : path.parent_path().string();
}

void copy_file(const std::string& from, const std::string& to) {
  std::filesystem::copy_file(from, to);
  const std::string folder = std::filesystem::path(to).parent_path().string();
  sync_file(to);
  sync_folder(folder);
}

uint64_t copy_tree(const std::string& from, const std::string& to) {
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(from)) {
    const std::string below = entry.path().string().substr(from.size());
    if (entry.is_directory()) {
      make_folder(to + below);
    } else if (below != mark_name && entry.path().filename() != "lock.mdb") {
      copy_file(entry.path().string(), to + below);
      bytes += entry.file_size();
    }
  }
  return bytes;
}

void check_mark(const std::string& backup) {
  std::error_code why;
  if (!std::filesystem::exists(backup + mark_name, why)) {
    throw Failure(TW_E_INVALID, backup + " is no complete backup: there is no " + backup +
                                    mark_name + "; make one with \"tickwork storage backup\"");
  }
  if (read_file(backup + mark_name) != mark_text) {
    throw Failure(TW_E_UNSUPPORTED, backup + " is a backup of a newer version");
  }
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

int32_t backup_store(CommandCall call) {
  return run_with_usage(call, backup_usage, [&] {
    const CommandLine line(call.arguments, {}, {}, 2);
    const std::string dest = without_slash(line.bare(1));
    need_empty(dest);
    Backup backup(ClaimedFolder(without_slash(line.bare(0))), dest);
    backup.run();
    call.out(dest + ": " + std::to_string(backup.bytes()) + " bytes\n");
    return TW_EXIT_FINE;
  });
}

int32_t restore_store(CommandCall call) {
  return run_with_usage(call, restore_usage, [&] {
    const CommandLine line(call.arguments, {}, {}, 2);
    const std::string backup = without_slash(line.bare(0)), dir = without_slash(line.bare(1));
    check_mark(backup);
    need_empty(dir);
    const std::string owner = owner_like(dir);
    make_folder(dir);
    const uint64_t bytes = copy_tree(backup, dir);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
      give_to_owner_of(owner, entry.path().string());
    }
    give_to_owner_of(owner, dir);
    call.out(dir + ": " + std::to_string(bytes) + " bytes\n");
    return TW_EXIT_FINE;
  });
}

}  // namespace tickwork::lmdb
