// SPDX-License-Identifier: MIT
// Rows of a raw query on their way from series order to the order of the answer: by group, then by
// time. Holds no more than a budget of bytes: when there are more rows, the last ones in the
// answer's order are dropped and have to be read again (RawReader).
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "pages.hpp"
#include "rows.hpp"

namespace tickwork::query {

using GroupKey = std::vector<std::string>;  // values of the GROUP BY tags

// The order of groups in an answer.
struct GroupOrder {
  bool descending = false;
  bool operator()(const GroupKey& a, const GroupKey& b) const { return descending ? b < a : a < b; }
};

// A place in the answer's order. key is the time, or its complement where the newest comes first:
// it ascends either way.
struct Position {
  GroupKey group;
  int64_t key = INT64_MIN;
};

class Spool {
 public:
  // types: of the columns of the runs to come; tags are kept once a series.
  Spool(std::vector<DataType> types, bool descending, size_t budget);

  // Empties it, for rows in [from, until); without one there is no such bound.
  void start(std::optional<Position> from, std::optional<Position> until);
  // Takes rows of a run that are in the range; copies them.
  void add(const GroupKey& group, const Run& run, const std::vector<uint32_t>& rows);
  // Puts the rows in order; afterwards there may be no add before the next start.
  void sort();

  // Where the rows end that are here: as at start, or earlier if not all of them had room.
  const std::optional<Position>& until() const { return until_; }
  bool was_cut() const { return cut_; }
  size_t bytes() const { return bytes_; }

  struct Ref {  // a row
    int64_t key;
    uint32_t rank, row;  // of its group; in order of arrival
  };
  const std::vector<Ref>& order() const { return order_; }
  const GroupKey& group(const Ref& ref) const { return *ranked_[ref.rank]; }
  int64_t time(const Ref& ref) const { return descending_ ? ~ref.key : ref.key; }
  // A row's words, by which the rest is found.
  const uint64_t* record(const Ref& ref) const { return record(rows_, ref.row); }
  const std::vector<DataType>& types() const { return types_; }
  // Its value of a column that is no tag; of a text the word is its address, see text.
  const uint64_t* word(const uint64_t* record, size_t column) const {
    const size_t slot = slots_[column];
    const bool has = (record[2 + slot / 64] >> (slot % 64) & 1) != 0;
    return has ? record + 2 + masks_ + slot : nullptr;
  }
  static std::string_view text(uint64_t word) { return text(reinterpret_cast<const char*>(word)); }
  // What its series has of the tag columns, by tag_slot; null without the tag.
  const char* const* tags(const uint64_t* record) const {
    return rows_.series_tags.data() + record[1] * tags_;
  }
  size_t tag_slot(size_t column) const { return slots_[column]; }
  static std::string_view text(const char* kept);

 private:
  // Texts with their length before them; they stay where they are.
  class Texts {
   public:
    const char* keep(std::string_view text);
    size_t bytes() const { return bytes_; }

   private:
    std::vector<Pages> chunks_;
    size_t used_ = 0, room_ = 0, bytes_ = 0;
  };
  // A row is a record of words: key, series, bits of the columns that have a value, values.
  struct Rows {
    std::vector<Pages> blocks;
    size_t size = 0;
    Texts texts;
    std::vector<uint32_t> series_group;
    std::vector<const char*> series_tags;  // a piece a series
  };

  uint64_t* record(const Rows& rows, size_t row) const {
    return rows.blocks[row >> block_shift_].as<uint64_t>() + (row & (block_rows() - 1)) * stride_;
  }
  size_t block_rows() const { return size_t{1} << block_shift_; }
  uint64_t* new_record(Rows& rows) const;
  uint32_t group_id(const GroupKey& group);
  void add_series(uint32_t group, const Run& run);
  // Of these rows of the run those with keys in [low, end).
  void add_slice(const Run& run, const uint32_t* rows, size_t n, int64_t low,
                 const std::optional<int64_t>& end);
  void fill(const Run& run, size_t column);
  void rank_groups();
  void fill_order();
  void cut();
  void keep(const std::vector<Ref>& refs);
  void measure();

  std::vector<DataType> types_;
  std::vector<size_t> slots_;  // of a column: among the tags, or among the fields
  size_t fields_ = 0, tags_ = 0, masks_ = 0, stride_ = 0, block_shift_ = 0;
  bool descending_, cut_ = false;
  size_t normal_budget_, budget_, bytes_ = 0;
  std::optional<Position> from_, until_;

  Rows rows_;
  std::map<GroupKey, uint32_t, GroupOrder> groups_;
  std::vector<uint32_t> rank_of_;  // by group id
  std::vector<const GroupKey*> ranked_;
  std::shared_ptr<const SeriesTags> last_tags_;
  std::vector<Ref> order_;
  std::vector<std::pair<uint64_t*, uint32_t>> slice_;  // records to fill, and rows of the run
};

}  // namespace tickwork::query
