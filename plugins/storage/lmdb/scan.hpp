// SPDX-License-Identifier: MIT
// A scan: the series that match, in key order, and their rows from every shard, generation and
// table, newest value first. What it reads was fixed when it began. Of many series the rows are
// read ahead by threads of their own, where there are cores to spare.
#pragma once

#include <tickwork/kind/storage.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arrow_build.hpp"
#include "read_ahead.hpp"
#include "series_key.hpp"
#include "short_rows.hpp"
#include "store.hpp"

namespace tickwork::lmdb {

struct ScanPlan;

// What a scan wants of one shard and its tables.
class ShardSource {
 public:
  ShardSource(const std::shared_ptr<Shard>& shard) : shard_(shard) {}

  const Shard& shard() const { return *shard_; }
  void plan(Shard& shard, std::string_view measurement, const std::vector<ArrowField>& fields,
            const std::vector<uint32_t>& types);
  // Under the write lock: remembers what the active table has of these series.
  void look_at(const std::shared_ptr<Table>& active, const ScanPlan& plan);
  void open(const std::vector<std::shared_ptr<Table>>& sealed);
  // The same for another thread. A flush in between does no harm: rows that come from its table and
  // from the shard are equal.
  std::unique_ptr<ShardSource> again() const;

  // Whether series share blocks here.
  bool has_shared() const { return reader_->has_shared(); }
  // Takes the rows in [from, to) out of shared blocks for many series of that order at once. From
  // now on whoever reads says a series' place in it. The texts of what is read belong to all copies
  // of this source: none may end before all have read.
  void use_windows(std::shared_ptr<const std::vector<SeriesId>> order, size_t series_a_window,
                   int64_t from, int64_t to);

  struct SeriesAt {
    SeriesId id;
    size_t place;  // in the order that series are read in
  };
  // Sorted rows of the series in [from, to), converted to the scan's types, cut to groups of
  // overlapping sources, in time order; least: stop once that many rows are there (0: never).
  struct Range {
    int64_t from, to;
    uint64_t limit;
    bool descending;
  };
  Columns read(const SeriesAt& series, const Range& range, const Report& report);

  // What a series has here, oldest first: blocks that alone cover their time, untouched by
  // deletions and of the types that the scan has, as they are; everything else as rows.
  class Visitor {
   public:
    virtual ~Visitor() = default;
    // fields: of this shard, in the order of the scan's columns. Rows beyond the range are part of
    // the block. False: no more of this series.
    virtual bool block(const BlockStart& block, const std::vector<FieldId>& fields) = 0;
    virtual bool rows(const Columns& rows) = 0;
  };
  // False if the visitor wanted no more.
  bool visit(const SeriesAt& series, const Range& range, const Report& report, Visitor& visitor);

 private:
  struct Piece {
    int64_t first, last;
    uint64_t order;              // of generations: newer is greater
    ShardReader::Block block{};  // when rows is empty
    Columns rows;
    bool is_block = false;
  };
  using Group = std::vector<Piece*>;  // overlap in time
  void report_block(SeriesId series, uint64_t generation, const char* why,
                    const Report& report) const;
  void find_pieces(const SeriesAt& series, const Range& range, const Report& report);
  void add_block(const ShardReader::Block& block, SeriesId series);
  bool add_short_rows(const SeriesAt& series);  // false if they are to be read as they come
  ShortRows::Window make_window(std::span<const SeriesId> series);
  void group_pieces();
  bool newest_row(const Group& group, SeriesId series, const Range& range, Columns& out);
  bool stands_alone(const Group& group, SeriesId series) const;
  void add_table(const std::shared_ptr<Table>& table, SeriesId series, const Range& range,
                 std::vector<Piece>& out);
  void add_view(const StreamView& view, const std::vector<const Shape*>& shapes, const Range& range,
                uint64_t order, std::vector<Piece>& out);
  Columns decode(Piece& piece, SeriesId series, const Range& range, const Report& report);
  Columns merge_group(Group& group, SeriesId series, const Range& range, const Report& report);
  Columns convert(Columns rows) const;

  std::shared_ptr<Shard> shard_;
  std::vector<WantedField> wanted_;
  std::vector<FieldId> ids_;
  std::vector<uint32_t> types_;  // of the scan
  struct ActiveRows {
    std::shared_ptr<Table> table;
    std::vector<const Shape*> shapes;
    boost::unordered_flat_map<SeriesId, StreamView> views;
  };
  std::shared_ptr<const ActiveRows> active_;  // null: none
  std::vector<std::shared_ptr<Table>> sealed_;
  std::unique_ptr<ShardReader> reader_;
  std::shared_ptr<ShortRows> short_rows_;            // of all copies; null: as they come
  std::shared_ptr<const ShortRows::Window> window_;  // that this one is in
  size_t window_number_ = SIZE_MAX;
  bool same_types_ = true;                  // as the scan's
  std::vector<ShardReader::Block> blocks_;  // of the series at hand, kept for their memory
  std::vector<Piece> pieces_;
  BlockView view_;
  std::vector<Group> groups_;
};

// Has the sources take rows out of shared blocks for many series at once, where this order of the
// series is not that of the blocks. columns: how many are read.
void use_windows(std::span<const std::unique_ptr<ShardSource>> sources, std::vector<SeriesId> order,
                 size_t columns, int64_t from, int64_t to);

// What a request reads, fixed at one moment.
struct ScanPlan {
  ScanPlan(Store& store, const tw_scan& request);  // its series by key
  // Its series as Index::find_groups gives them.
  ScanPlan(Store& store, const tw_scan& request, const std::vector<std::string>& group_by,
           SeriesKeys wanted);

  int64_t from, to;
  std::vector<ArrowField> fields;  // without time
  std::vector<uint32_t> types;
  std::vector<FoundSeries> series;           // in the order asked for, unless they are named
  std::shared_ptr<const NamedSeries> named;  // null if they are not
  std::vector<std::unique_ptr<ShardSource>> sources;  // oldest first

  template <class Visit>
  void each_series(Visit visit) const {
    if (named) {
      for (const SeriesId id : named->ids()) visit(id);
    } else {
      for (const FoundSeries& s : series) visit(s.id);
    }
  }
  size_t count() const { return named ? named->ids().size() : series.size(); }
  // Prepares the sources for the order of the series, which stays from now on.
  void use_order();

 private:
  using Find = std::function<void(const Index&, std::string_view measurement, const TagFilter&)>;
  ScanPlan(Store& store, const tw_scan& request, const Find& find);
  void choose_fields(const tw_scan& request, const std::string& measurement);
  std::vector<std::shared_ptr<Shard>> shards_;
};

// Reads the series of a plan, one after the other. One thread at a time.
class SeriesReader : public RunReader {
 public:
  // limit: of rows of a series, 0: none.
  SeriesReader(std::vector<std::unique_ptr<ShardSource>> sources, const ScanPlan& plan,
               uint64_t limit, bool descending, Report report);

  void start(size_t series) override;
  bool next(ScanRun& out) override;

 private:
  void emit(Columns&& rows, ScanRun& out);

  std::vector<std::unique_ptr<ShardSource>> sources_;  // in the order of the rows
  const ScanPlan& plan_;
  uint64_t limit_;
  bool descending_;
  Report report_;
  arrow::BlockPool pool_;
  size_t series_ = 0, at_source_ = 0;
  uint64_t rows_ = 0;  // of the series
};

class Scan {
 public:
  Scan(Store& store, const tw_scan& request);

  const std::vector<ArrowField>& fields() const { return plan_.fields; }
  bool next(tw_rows& out);  // false at the end

 private:
  void name(size_t series);
  std::unique_ptr<SeriesReader> reader_of(std::vector<std::unique_ptr<ShardSource>> sources) const;

  Store& store_;
  ScanPlan plan_;
  uint64_t limit_;
  bool descending_;
  std::optional<CoreLoan> cores_;  // of the helpers
  std::optional<ReadAhead> runs_;  // none: at the end
  // Of the series at hand.
  size_t named_ = SIZE_MAX;
  SeriesName name_;
  std::vector<tw_tag> tags_;
};

// The field types of a measurement over shards, by InfluxDB's precedence where they differ.
uint32_t stronger_type(uint32_t a, uint32_t b);

}  // namespace tickwork::lmdb
