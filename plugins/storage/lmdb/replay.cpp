// SPDX-License-Identifier: MIT
// Opening the store: the folder, then the logs that the last run left. Each log becomes a sealed
// table by copying its rows, which the background thread flushes like any other.
#include <algorithm>
#include <filesystem>

#include "failure.hpp"
#include "replay.hpp"
#include "store.hpp"

namespace tickwork::lmdb {
namespace {

namespace fs = std::filesystem;

// Rows of shards that are gone, or hold this generation already, are left out.
class Replayer : public LogVisitor {
 public:
  Replayer(Registry& registry, Table& table) : registry_(registry), table_(table) {}

  void series(uint64_t database, SeriesId id, std::string_view key) override {
    if (const auto found = registry_.database(database)) found->index.restore(id, key);
  }
  void field(ShardId shard, FieldId id, uint32_t type, std::string_view measurement,
             std::string_view name) override {
    if (const auto found = wanted(shard)) found->restore_field(id, type, measurement, name);
  }
  void shape(ShardId shard, uint64_t number, const std::vector<FieldId>& fields) override {
    const auto found = wanted(shard);
    if (!found) return;
    std::vector<Shape::Field> known;
    for (const FieldId id : fields) {
      const auto field = found->field_by_id(id);
      if (!field) throw Damaged("log names an unknown field of shard " + std::to_string(shard));
      known.push_back(*field);
    }
    if (!table_.shard(found).restore_shape(number, std::move(known))) {
      throw Damaged("log defines shapes out of order");
    }
  }
  void stream(ShardId shard, SeriesId series) override {
    const auto found = wanted(shard);
    streams_.push_back(found ? table_.add_stream(table_.shard(found), series) : nullptr);
  }
  void row(uint64_t stream, std::string_view bytes) override {
    if (stream >= streams_.size()) throw Damaged("log has a row of an unknown stream");
    if (streams_[stream]) table_.append(*streams_[stream], bytes);
  }

 private:
  std::shared_ptr<Shard> wanted(ShardId id) {
    const auto [it, fresh] = shards_.try_emplace(id);
    if (fresh) {
      it->second = registry_.shard(id);
      if (it->second && it->second->flushed() >= table_.generation()) it->second = nullptr;
    }
    return it->second;
  }
  Registry& registry_;
  Table& table_;
  std::map<ShardId, std::shared_ptr<Shard>> shards_;
  std::vector<Stream*> streams_;
};

}  // namespace

FolderLock prepare_folder(const std::string& path) {
  if (path.empty()) throw Failure(TW_E_INVALID, "path is empty; name the folder for the data");
  make_folder(path + "/log");
  make_folder(path + "/db");
  make_folder(path + "/meta");
  return FolderLock(path);
}

ReplayedLog replay_log(Registry& registry, std::string_view bytes, uint64_t generation) {
  ReplayedLog log;
  log.table = std::make_shared<Table>(generation);
  Replayer replayer(registry, *log.table);
  try {
    log.sound = read_log(bytes, generation, replayer);
    const bool damaged =
        log.sound < bytes.size() && synced_record_after(bytes, generation, log.sound);
    if (damaged) log.damage = "damage at byte " + std::to_string(log.sound);
  } catch (const Damaged& damage) {
    log.damage = damage.what();
  }
  return log;
}

std::vector<std::pair<uint64_t, std::string>> list_logs(const std::string& folder) {
  std::vector<std::pair<uint64_t, std::string>> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".log") continue;
    files.emplace_back(std::stoull(entry.path().stem().string(), nullptr, 16), entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void Store::replay_file(const std::string& path, uint64_t generation) {
  const std::string bytes = read_file(path);
  auto [table, sound, why] = replay_log(registry_, bytes, generation);
  if (!why.empty()) {
    const std::string kept = path + ".damaged";
    fs::copy_file(path, kept, fs::copy_options::overwrite_existing);
    log(TW_LOG_ERROR, path + ": " + why + "; what follows is lost, a copy is kept as " + kept);
  } else if (sound < bytes.size()) {
    log(TW_LOG_INFO, path + ": the last " + std::to_string(bytes.size() - sound) +
                         " bytes were never acknowledged and are left out");
  }
  SealedTable sealed{std::move(table), path, {}};
  for (const auto& database : registry_.all()) {
    sealed.series_end[database->id] = database->index.next_id();
  }
  sealed_.push_back(std::move(sealed));
}

void Store::replay() {
  for (const auto& [generation, path] : list_logs(options_.path + "/log")) {
    replay_file(path, generation);
  }
}

}  // namespace tickwork::lmdb
