// SPDX-License-Identifier: MIT
// A scan: the series that match, in key order, and their rows from every shard, generation and
// table, newest value first. What it reads was fixed when it began.
#pragma once

#include <tickwork/kind/storage.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "arrow_build.hpp"
#include "series_key.hpp"
#include "store.hpp"

namespace tickwork::lmdb {

// What a scan wants of one shard and its tables.
class ShardSource {
 public:
  ShardSource(const std::shared_ptr<Shard>& shard) : shard_(shard) {}

  const Shard& shard() const { return *shard_; }
  void plan(Shard& shard, std::string_view measurement, const std::vector<ArrowField>& fields,
            const std::vector<uint32_t>& types);
  // Under the write lock: remembers what the active table has of these series.
  void look_at(const std::shared_ptr<Table>& active, const std::vector<FoundSeries>& series);
  void open(const std::vector<std::shared_ptr<Table>>& sealed);

  // Sorted rows of the series in [from, to), converted to the scan's types, cut to groups of
  // overlapping sources, in time order; least: stop once that many rows are there (0: never).
  struct Range {
    int64_t from, to;
    uint64_t limit;
    bool descending;
  };
  Columns read(SeriesId series, const Range& range, const Report& report);

 private:
  struct Piece {
    int64_t first, last;
    uint64_t order;              // of generations: newer is greater
    ShardReader::Block block{};  // when rows is empty
    Columns rows;
    bool is_block = false;
  };
  void add_table(const std::shared_ptr<Table>& table, SeriesId series, const Range& range,
                 std::vector<Piece>& out);
  void add_view(const StreamView& view, const std::vector<const Shape*>& shapes, const Range& range,
                uint64_t order, std::vector<Piece>& out);
  Columns decode(Piece& piece, SeriesId series, const Range& range, const Report& report);
  Columns merge_group(std::vector<Piece*>& group, SeriesId series, const Range& range,
                      const Report& report);
  Columns convert(Columns rows) const;

  std::shared_ptr<Shard> shard_;
  std::vector<WantedField> wanted_;
  std::vector<FieldId> ids_;
  std::vector<uint32_t> types_;  // of the scan
  std::shared_ptr<Table> active_;
  std::vector<const Shape*> active_shapes_;
  boost::unordered_flat_map<SeriesId, StreamView> active_views_;
  std::vector<std::shared_ptr<Table>> sealed_;
  std::unique_ptr<ShardReader> reader_;
};

class Scan {
 public:
  Scan(Store& store, const tw_scan& request);

  const std::vector<ArrowField>& fields() const { return fields_; }
  bool next(tw_rows& out);  // false at the end

 private:
  void choose_fields(const tw_scan& request, const std::string& measurement);
  bool emit(Columns&& rows, tw_rows& out);
  Columns read_series(SeriesId series);

  Store& store_;
  int64_t from_, to_;
  uint64_t limit_;
  bool descending_, columns_given_;
  std::vector<std::shared_ptr<Shard>> shards_;
  std::vector<ArrowField> fields_;  // without time
  std::vector<uint32_t> types_;
  std::vector<FoundSeries> series_;
  std::vector<std::unique_ptr<ShardSource>> sources_;  // in the order of reading
  size_t at_series_ = 0, at_source_ = 0;
  uint64_t rows_of_series_ = 0;
  SeriesName name_;
  size_t named_ = SIZE_MAX;
  std::vector<tw_tag> tags_;
};

// The field types of a measurement over shards, by InfluxDB's precedence where they differ.
uint32_t stronger_type(uint32_t a, uint32_t b);

}  // namespace tickwork::lmdb
