// SPDX-License-Identifier: MIT
// Blocks of series keys in the index: up to 1,000 consecutive series each, every key as what
// differs from the one before (FORMAT.md, "Index").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "block.hpp"
#include "environment.hpp"

namespace tickwork::lmdb {

inline constexpr size_t keys_a_block = 1000;

class KeyBlockWriter {
 public:
  void add(std::string_view key);  // of the next series; empty: it has gone
  size_t count() const { return count_; }
  bool any() const { return any_; }    // that is not empty
  std::string finish(SeriesId first);  // the block; then the writer is empty again

 private:
  std::string body_, last_;
  uint32_t count_ = 0;
  bool any_ = false;
};

// Reads series keys; ids in order cost one look-up, one checksum and one pass a block.
class KeyReader {
 public:
  explicit KeyReader(const Transaction& txn);
  // Until the next call. Empty: there is no such series, or it has gone.
  std::string_view get(SeriesId id);
  SeriesId first_of(SeriesId id);  // the first of its block, which is at hand then; 0: in none
  uint64_t count() const { return count_; }  // of series in the block at hand

 private:
  [[noreturn]] void fail() const;
  bool load(SeriesId id);
  void rewind();
  void step();
  std::string_view whole_key(uint64_t i) const;
  Cursor cursor_;
  const Environment& env_;
  SeriesId first_ = 0;
  uint64_t count_ = 0;
  bool whole_ = false;      // the block is of the form before: ends, then keys
  std::string_view block_;  // after its count
  Reader at_{nullptr, 0};
  uint64_t next_ = 0;  // in the block, what step reads
  std::string key_;
};

// The blocks in which series of ids lie, rewritten without their keys; ids are sorted.
void erase_keys(Transaction& txn, const std::vector<SeriesId>& ids);

}  // namespace tickwork::lmdb
