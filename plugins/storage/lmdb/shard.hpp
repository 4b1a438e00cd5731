// SPDX-License-Identifier: MIT
// A shard: the rows of one retention policy in one slice of time, in an LMDB environment of its own
// (FORMAT.md, "Shards"): segments by generation, the fields with their types, tombstones.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "catalogue.hpp"
#include "generation.hpp"
#include "table.hpp"

namespace tickwork::lmdb {

struct FieldInfo {
  FieldId id = 0;
  uint32_t type = 0;
};

// Rows of these series in [from, to) that generations up to bound hold are gone.
struct Tombstone {
  uint64_t number = 0, bound = 0;
  int64_t from = 0, to = 0;
  std::vector<SeriesId> series;  // sorted
};

struct GenerationInfo {
  uint64_t generation = 0, bytes = 0;
};

class Shard : public std::enable_shared_from_this<Shard> {
 public:
  Shard(ShardInfo info, std::string folder, size_t map_size, Opening opening = Opening::write);

  const ShardInfo& info() const { return info_; }
  const std::string& folder() const { return folder_; }
  // Opened at first need. Whoever uses it holds it: without users its file may be replaced. Throws
  // once the shard is dropped.
  std::shared_ptr<Environment> env();
  std::shared_ptr<Environment> env_unless_dropped();  // null instead
  void close_idle();                                  // if nobody asked for it since the last call
  bool dropped() const { return dropped_; }
  void drop();           // who holds its environment may go on
  size_t bytes() const;  // of the data file

  // ---- fields; define under the store's write lock, the rest by any thread ----
  std::optional<FieldInfo> field(std::string_view measurement, std::string_view name);
  FieldInfo define_field(std::string_view measurement, std::string_view name, uint32_t type);
  void restore_field(FieldId id, uint32_t type, std::string_view measurement,
                     std::string_view name);  // from the log
  std::map<std::string, FieldInfo> fields(std::string_view measurement);
  std::vector<std::string> measurements();
  bool has_measurement(std::string_view measurement);
  std::optional<Shape::Field> field_by_id(FieldId id);
  void forget_measurement(std::string_view measurement);  // its fields may be defined anew

  // ---- flush ----
  uint64_t flushed();  // the last generation that this shard holds
  // Writes a generation: its segments, the fields defined so far, flushed. One transaction.
  void commit_generation(uint64_t generation,
                         const std::function<void(GenerationWriter&)>& write_rows);
  void add_tombstone(Tombstone stone);
  // Merges the newest generations into one while they are small beside each other; all of them when
  // there are tombstones. True if it changed anything.
  bool merge(const Report& report);
  bool crowded();  // there are so many generations that reading suffers
  // Once no more rows come for now: merges all generations and drops the file's free pages, where
  // there are enough to be worth it. False if readers were in the way of the latter.
  bool settle(const Report& report);

 private:
  struct Measurement {
    std::map<std::string, FieldInfo, std::less<>> fields;
  };
  std::shared_ptr<Environment> open();  // under open_mutex_
  void know_fields();
  void load_fields(const Transaction& txn);
  void put_fields(Transaction& txn);
  void clear_tombstones(const std::vector<Tombstone>& stones);
  static void erase_tombstone(Transaction& txn, const Tombstone& stone);
  static void erase_generation(Transaction& txn, uint64_t generation);
  static void put_generation(Transaction& txn, const GenerationInfo& info);
  bool compact();
  void merge_generations(const std::vector<GenerationInfo>& chosen, bool everything,
                         const Report& report);

  ShardInfo info_;
  std::string folder_;
  size_t map_size_;
  Opening opening_;
  std::atomic<bool> dropped_ = false;
  std::mutex open_mutex_, commit_mutex_;
  std::shared_ptr<Environment> env_;
  bool used_ = false;  // since the last close_idle
  std::shared_mutex fields_mutex_;
  std::map<std::string, Measurement, std::less<>> measurements_;
  std::map<FieldId, std::pair<std::string, Shape::Field>> by_id_;
  FieldId next_field_ = 1;
  bool fields_changed_ = false, fields_loaded_ = false;
};

// One consistent look at a shard's segments; a dropped one has none.
class ShardReader {
 public:
  explicit ShardReader(const std::shared_ptr<Shard>& shard);

  struct Block {
    uint64_t generation;
    BlockStart start;               // of a block it shares: the head only
    SharedBlock* shared = nullptr;  // that, until the next look for another series; null: its own
    size_t place = 0;               // in it
    Columns decode(const std::vector<FieldId>* wanted) const;  // as decode_block
  };
  // Appends the blocks of a series that touch [from, to): its own by generation, then shared ones.
  // Damage is reported and skipped.
  void find(SeriesId series, int64_t from, int64_t to, std::vector<Block>& out,
            const Report& report);
  // The same without shared blocks, and in shared ones only.
  void find_own(SeriesId series, int64_t from, int64_t to, std::vector<Block>& out,
                const Report& report);
  void find_shared(SeriesId series, int64_t from, int64_t to, std::vector<Block>& out,
                   const Report& report);
  bool has_shared() const;
  const std::vector<Tombstone>& tombstones() const { return tombstones_; }
  const std::vector<GenerationInfo>& generations() const { return generations_; }
  std::vector<SeriesId> series();  // all that have blocks, sorted
  const Shard& shard() const { return *shard_; }
  const Transaction& txn() const { return *txn_; }  // of a shard that is not dropped

  // True if a tombstone may hide rows of the block.
  bool touches(SeriesId series, const Block& block) const;
  // True if one tombstone covers the whole block.
  bool hides_all(SeriesId series, const Block& block) const;
  // Clears keep for the rows that a tombstone hides.
  void hide(SeriesId series, uint64_t generation, const std::vector<int64_t>& times,
            std::vector<uint8_t>& keep) const;

 private:
  template <class Read>
  void guarded(SeriesId series, uint64_t generation, const Report& report, Read read) const;
  // Segments of a generation that were read last: the next series mostly lies in one of them too.
  // There are several because names that count up ("a1", "a10", "a11", "a2") are read in turn from
  // a place for each number of digits.
  struct OpenedOwn {
    struct Part {
      Segment segment{};
      SeriesId first = 1, last = 0;  // of those that have all of their blocks in it
    };
    uint64_t generation = 0;
    bool any = false;  // segments of this kind
    std::array<Part, 4> parts{};
    size_t oldest = 0;  // of the parts
    const Part* holding(SeriesId series) const {
      for (const Part& part : parts) {
        if (part.first <= series && series <= part.last) return &part;
      }
      return nullptr;
    }
  };
  struct OpenedShared {
    uint64_t generation = 0;
    bool any = false;
    Segment segment{};
    SeriesId first = 0, next = 0;  // of the segment and of the one behind it
    SharedBlock block{};
    SeriesId block_first = 0, block_next = 0;
    bool sound = false;  // the block, whose damage is told once
  };
  bool has_segments(uint64_t marked_generation);
  void find_in(OpenedOwn& opened, SeriesId series, int64_t from, int64_t to,
               std::vector<Block>& out, const Report& report);
  void take_blocks(uint64_t generation, const Segment& segment, SeriesId series, int64_t from,
                   int64_t to, std::vector<Block>& out, const Report& report) const;
  void find_shared_in(OpenedShared& opened, SeriesId series, int64_t from, int64_t to,
                      std::vector<Block>& out, const Report& report);
  bool open_shared_segment(OpenedShared& opened, SeriesId series, const Report& report);
  void open_shared_block(OpenedShared& opened, SeriesId series, const Report& report);
  std::shared_ptr<Shard> shard_;
  std::shared_ptr<Environment> env_;
  std::optional<Transaction> txn_;
  std::optional<Cursor> cursor_;
  std::vector<GenerationInfo> generations_;
  std::vector<Tombstone> tombstones_;
  std::vector<OpenedOwn> own_;  // as generations_
  std::vector<OpenedShared> shared_;
};

}  // namespace tickwork::lmdb
