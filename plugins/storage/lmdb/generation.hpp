// SPDX-License-Identifier: MIT
// The rows of one generation in a shard's segments: written series by series, each in the form that
// suits it, and walked in the same order.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "environment.hpp"
#include "failure.hpp"
#include "segment.hpp"
#include "shared_block.hpp"

namespace tickwork::lmdb {

enum ShardTree : size_t { segment_tree, field_tree, shard_state_tree };
inline constexpr const char* shard_trees[] = {"segments", "fields", "state"};

// In the key of a segment, of shared blocks: with it they follow those of all generations.
constexpr uint64_t shared_mark = uint64_t{1} << 63;

std::string segment_key(uint64_t generation, SeriesId first, uint64_t block);

// What damage costs, in words: a block, or one that is shared; and the whole sentence.
std::string block_of(SeriesId series);
std::string shared_block_of(SeriesId first);
std::string segment_of(SeriesId first);
std::string damage_sentence(const Environment& env, uint64_t generation, const std::string& what,
                            const char* why);

// Series with many rows get blocks of their own; the others share blocks, where there are enough of
// them that this is worth what damage of one would cost.
class GenerationWriter {
 public:
  GenerationWriter(Transaction& txn, uint64_t generation);
  void add(SeriesId series, const Columns& rows);  // series rise, rows are sorted
  uint64_t finish();                               // bytes written

 private:
  struct Held {
    SeriesId series;
    std::string block;
    bool shared;  // its rows are in shared_ as well
  };
  void put(uint64_t generation, SeriesId first, uint64_t block, std::string_view segment);
  void encode(SeriesId series, const Columns& rows, bool shared);
  void add_short(SeriesId series, const Columns& rows);
  void close_shared();
  void release(bool shared);

  Transaction& txn_;
  uint64_t bytes_ = 0;
  SegmentWriter own_, shared_segments_;
  SharedBlockWriter shared_;
  // While it is open whether the series at hand share a block: their own blocks, and what follows.
  std::vector<Held> held_;
  size_t held_bytes_ = 0;
  bool sharing_ = false;
  std::string block_;
};

// The blocks of one kind in a generation, one after the other.
class BlockWalk {
 public:
  BlockWalk(const Transaction& txn, uint64_t marked_generation, const Report& report);
  bool next();                                 // false at the end
  SeriesId series() const { return series_; }  // the block's first
  std::string_view bytes() const { return bytes_; }
  void tell(const std::string& what, const char* why) const;  // that its rows are left out

 private:
  bool open_segment();
  const Environment& env_;
  const Report& report_;
  Cursor cursor_;
  std::string prefix_;
  bool started_ = false;
  Segment segment_;
  size_t at_ = 0;
  SeriesId series_ = 0;
  std::string_view bytes_;
};

// Rows of one series from several blocks, in vectors that are used again.
class RowParts {
 public:
  Columns& add() {
    if (count_ == all_.size()) all_.emplace_back();
    return all_[count_++];
  }
  void drop_last() { --count_; }
  void clear() { count_ = 0; }
  size_t count() const { return count_; }
  Columns& operator[](size_t i) { return all_[i]; }

 private:
  std::vector<Columns> all_;
  size_t count_ = 0;
};

// The series of one generation in order, with their rows. Damage is reported and left out.
class GenerationWalk {
 public:
  GenerationWalk(const Transaction& txn, uint64_t generation, const Report& report);
  SeriesId series() const;     // the one at hand; 0 at the end
  void read(RowParts& parts);  // adds its rows, in time order, and goes on to the next series

 private:
  void read_own(RowParts& parts);
  void read_shared(RowParts& parts);
  void next_own();
  void next_shared();
  BlockWalk own_, shared_;
  SharedBlock block_;
  size_t place_ = 0;
  SeriesId own_series_ = 0, shared_series_ = 0;
};

}  // namespace tickwork::lmdb
