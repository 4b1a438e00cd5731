// SPDX-License-Identifier: MIT
// Sorted runs of the index: hash -> series, and terms (a measurement, or a tag of one) -> series,
// in pages (FORMAT.md, "Index"). Runs are written once and merged; B-tree inserts a series would
// write every page again with every flush.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "block.hpp"
#include "checksum.hpp"
#include "environment.hpp"

namespace tickwork::lmdb {

enum IndexTree : size_t { keys_tree, hashes_tree, terms_tree, state_tree };
inline constexpr const char* index_trees[] = {"keys", "hashes", "terms", "state"};

struct HashEntry {
  KeyHash hash;
  SeriesId id;
};

// How the terms of a page are written: whole, or what differs from the one before.
enum class TermForm : uint64_t { whole = 1, shared = 2 };

struct RunInfo {
  uint64_t run = 0, entries = 0, pages = 0;
  TermForm form = TermForm::shared;
};

// ---- terms: texts whose byte order groups by measurement, then key ----
std::string measurement_term(std::string_view measurement);
std::string tag_prefix(std::string_view measurement, std::string_view key);
std::string tag_term(std::string_view measurement, std::string_view key, std::string_view value);
std::string tags_prefix(std::string_view measurement);  // all tags of a measurement
struct TagOfTerm {
  std::string_view measurement, key, value;
};
TagOfTerm parse_tag_term(std::string_view term);
std::string_view parse_measurement_term(std::string_view term);
inline constexpr std::string_view all_measurements = "m", all_tags = "t";

// Writes a run: hashes in order, then terms in order, then finish.
class RunWriter {
 public:
  RunWriter(Transaction& txn, uint64_t run) : txn_(txn), info_{run} {}
  void hash(const HashEntry& entry);
  void term(std::string_view term, const std::vector<SeriesId>& ids);
  void finish();

 private:
  void put_hashes();
  void put_terms();
  Transaction& txn_;
  RunInfo info_;
  std::string hashes_, terms_, last_term_;
  KeyHash first_{};
};

std::vector<RunInfo> list_runs(const Transaction& txn);  // oldest first
void erase_run(Transaction& txn, const RunInfo& run);

SeriesId find_in_run(const Transaction& txn, uint64_t run, KeyHash hash);  // 0: none

// Walks a run's hashes or terms in order.
class HashWalk {
 public:
  HashWalk(const Transaction& txn, uint64_t run);
  bool next();
  HashEntry entry{};

 private:
  bool load();
  Cursor cursor_;
  uint64_t run_;
  bool started_ = false;
  Reader page_{nullptr, 0};
};

class TermWalk {
 public:
  TermWalk(const Transaction& txn, const RunInfo& run) : txn_(&txn), run_(run) {}
  void seek(std::string_view prefix);  // the first term not less, with the next call of next
  bool next();
  std::string term;
  const std::vector<SeriesId>& ids();
  // Whether one of them is such; mostly the first is, and the others need not be decoded.
  template <class Test>
  bool any(Test test) {
    if (decoded_) return std::any_of(ids_.begin(), ids_.end(), test);
    Reader in = page_;
    SeriesId id = 0;
    for (uint64_t i = 0; i < count_ && in.ok(); ++i) {
      if (test(id += in.varint())) return true;
    }
    return false;
  }

 private:
  bool load(uint64_t page);
  void read_term();
  void skip_ids();
  const Transaction* txn_;
  RunInfo run_;
  uint64_t page_number_ = 0;
  std::string_view from_;
  Reader page_{nullptr, 0};  // at the ids of the term at hand, until they are decoded or skipped
  uint64_t count_ = 0;
  bool decoded_ = true;
  std::vector<SeriesId> ids_;
};

}  // namespace tickwork::lmdb
