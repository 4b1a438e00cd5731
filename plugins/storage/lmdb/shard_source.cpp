// SPDX-License-Identifier: MIT
// Reading one series from one shard: blocks of every generation and rows of the tables, merged.
#include <algorithm>
#include <bit>

#include "scan.hpp"

namespace tickwork::lmdb {
namespace {

// As InfluxDB does: numbers convert to the chosen type, everything else is left out.
bool convertible(uint32_t from, uint32_t to) {
  if (from == to) return true;
  const auto number = [](uint32_t t) { return t == TW_FLOAT || t == TW_INT || t == TW_UINT; };
  return number(from) && number(to);
}

uint64_t convert_word(uint64_t word, uint32_t from, uint32_t to) {
  if (to != TW_FLOAT || from == TW_FLOAT) return word;
  const double value =
      from == TW_INT ? static_cast<double>(static_cast<int64_t>(word)) : static_cast<double>(word);
  return std::bit_cast<uint64_t>(value);
}

Columns empty_rows(const std::vector<WantedField>& wanted) {
  Columns out;
  out.columns.reserve(wanted.size());
  for (const WantedField& w : wanted) {
    out.columns.emplace_back();
    out.columns.back().field = w.field;
    out.columns.back().type = w.type;
  }
  return out;
}

void keep_range(Columns& rows, int64_t from, int64_t to) {
  if (rows.empty() || (rows.times.front() >= from && rows.times.back() < to)) return;
  const auto begin = std::lower_bound(rows.times.begin(), rows.times.end(), from);
  const auto end = std::lower_bound(begin, rows.times.end(), to);
  keep_rows(rows, static_cast<size_t>(begin - rows.times.begin()),
            static_cast<size_t>(end - rows.times.begin()));
}

// Rows in which every wanted column is null are no rows of this scan.
void drop_null_rows(Columns& rows) {
  for (const Column& column : rows.columns) {
    if (column.valid.empty()) return;
  }
  std::vector<uint8_t> keep(rows.rows());
  for (const Column& column : rows.columns) {
    for (size_t i = 0; i < keep.size(); ++i) keep[i] |= column.valid[i];
  }
  filter_rows(rows, keep);
}

}  // namespace

void ShardSource::plan(Shard& shard, std::string_view measurement,
                       const std::vector<ArrowField>& fields, const std::vector<uint32_t>& types) {
  const auto known = shard.fields(measurement);
  types_ = types;
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto it = known.find(fields[i].name);
    const bool usable = it != known.end() && convertible(it->second.type, types[i]);
    wanted_.push_back(usable ? WantedField{it->second.id, it->second.type}
                             : WantedField{0, types[i]});  // no field has id 0
    ids_.push_back(wanted_.back().field);
    same_types_ = same_types_ && wanted_.back().type == types[i];
  }
}

void ShardSource::look_at(const std::shared_ptr<Table>& active, const ScanPlan& plan) {
  const ShardTable* rows = active->find(shard_->info().id);
  if (!rows) return;
  auto seen = std::make_shared<ActiveRows>();
  seen->table = active;
  seen->shapes = rows->shapes();
  plan.each_series([&](SeriesId id) {
    if (const Stream* stream = rows->find(id)) seen->views[id] = stream->view();
  });
  active_ = std::move(seen);
}

void ShardSource::open(const std::vector<std::shared_ptr<Table>>& sealed) {
  for (const auto& table : sealed) {
    if (table->find(shard_->info().id)) sealed_.push_back(table);
  }
  reader_ = std::make_unique<ShardReader>(shard_);
}

std::unique_ptr<ShardSource> ShardSource::again() const {
  auto out = std::make_unique<ShardSource>(shard_);
  out->wanted_ = wanted_;
  out->ids_ = ids_;
  out->types_ = types_;
  out->same_types_ = same_types_;
  out->active_ = active_;
  out->sealed_ = sealed_;
  out->short_rows_ = short_rows_;
  out->reader_ = std::make_unique<ShardReader>(shard_);
  return out;
}

void ShardSource::add_view(const StreamView& view, const std::vector<const Shape*>& shapes,
                           const Range& range, uint64_t order, std::vector<Piece>& out) {
  Columns rows = read_stream(view, shapes, &wanted_);
  keep_range(rows, range.from, range.to);
  if (rows.empty()) return;
  Piece& piece = out.emplace_back();
  piece.first = rows.times.front();
  piece.last = rows.times.back();
  piece.order = order;
  piece.rows = std::move(rows);
}

void ShardSource::add_table(const std::shared_ptr<Table>& table, SeriesId series,
                            const Range& range, std::vector<Piece>& out) {
  const ShardTable* rows = table->find(shard_->info().id);
  const Stream* stream = rows ? rows->find(series) : nullptr;
  if (stream) add_view(stream->view(), rows->shapes(), range, table->generation(), out);
}

void ShardSource::report_block(SeriesId series, uint64_t generation, const char* why,
                               const Report& report) const {
  report(shard_->folder() + "/data.mdb: series " + std::to_string(series) + ", generation " +
         std::to_string(generation) + ": " + why + "; its rows are left out");
}

Columns ShardSource::decode(Piece& piece, SeriesId series, const Range& range,
                            const Report& report) {
  if (!piece.is_block) return std::move(piece.rows);
  try {
    Columns rows = piece.block.decode(&ids_);
    for (size_t i = 0; i < wanted_.size(); ++i) {
      Column& column = rows.columns[i];
      if (column.type != 0 && column.type != wanted_[i].type) throw Damaged("type has changed");
      column.type = wanted_[i].type;
    }
    rows.finish();
    if (reader_->touches(series, piece.block)) {
      std::vector<uint8_t> keep(rows.rows(), 1);
      reader_->hide(series, piece.block.generation, rows.times, keep);
      filter_rows(rows, keep);
    }
    keep_range(rows, range.from, range.to);
    return rows;
  } catch (const Damaged& damage) {
    report_block(series, piece.block.generation, damage.what(), report);
    return empty_rows(wanted_);
  }
}

Columns ShardSource::convert(Columns rows) const {
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    Column& column = rows.columns[i];
    if (column.type == types_[i]) continue;
    for (uint64_t& word : column.bits) word = convert_word(word, column.type, types_[i]);
    column.type = types_[i];
  }
  return rows;
}

Columns ShardSource::merge_group(Group& group, SeriesId series, const Range& range,
                                 const Report& report) {
  std::stable_sort(group.begin(), group.end(),
                   [](const Piece* a, const Piece* b) { return a->order < b->order; });
  Columns rows = decode(*group.front(), series, range, report);
  for (size_t i = 1; i < group.size(); ++i) {
    rows = merge_rows(std::move(rows), decode(*group[i], series, range, report));
  }
  drop_null_rows(rows);
  return rows;
}

void ShardSource::use_windows(std::shared_ptr<const std::vector<SeriesId>> order,
                              size_t series_a_window, int64_t from, int64_t to) {
  short_rows_ = std::make_shared<ShortRows>(std::move(order), series_a_window, from, to);
}

void ShardSource::add_block(const ShardReader::Block& block, SeriesId series) {
  if (reader_->hides_all(series, block)) return;
  Piece& piece = pieces_.emplace_back();
  piece.first = block.start.head.first;
  piece.last = block.start.head.last;
  piece.order = block.generation;
  piece.block = block;
  piece.is_block = true;
}

ShortRows::Window ShardSource::make_window(std::span<const SeriesId> series) {
  const Range range{short_rows_->from(), short_rows_->to(), 0, false};
  ShortRows::Window out;
  bool damaged = false;
  const Report note = [&](const std::string&) { damaged = true; };
  for (const SeriesId id : series) {
    blocks_.clear();
    pieces_.clear();
    reader_->find_shared(id, range.from, range.to, blocks_, note);
    for (const ShardReader::Block& block : blocks_) add_block(block, id);
    for (Piece& piece : pieces_) {
      const Columns rows = decode(piece, id, range, note);
      if (!rows.empty()) out.add(id, piece.order, rows);
    }
    if (std::exchange(damaged, false)) out.leave(id);
  }
  pieces_.clear();
  return out;
}

bool ShardSource::add_short_rows(const SeriesAt& series) {
  if (!short_rows_) return false;
  const size_t window = short_rows_->window_of(series.place);
  if (window != window_number_) {
    window_ = short_rows_->get(
        window, [this](std::span<const SeriesId> rising) { return make_window(rising); });
    window_number_ = window;
  }
  if (window_->left(series.id)) return false;
  window_->give(series.id, [this](uint64_t generation, Columns rows) {
    Piece& piece = pieces_.emplace_back();
    piece.first = rows.times.front();
    piece.last = rows.times.back();
    piece.order = generation;
    piece.rows = std::move(rows);
  });
  return true;
}

void ShardSource::find_pieces(const SeriesAt& at, const Range& range, const Report& report) {
  const SeriesId series = at.id;
  pieces_.clear();
  const bool has_short = add_short_rows(at);
  blocks_.clear();
  reader_->find_own(series, range.from, range.to, blocks_, report);
  if (!has_short) reader_->find_shared(series, range.from, range.to, blocks_, report);
  for (const ShardReader::Block& block : blocks_) add_block(block, series);
  for (const auto& table : sealed_) add_table(table, series, range, pieces_);
  if (active_) {
    const auto it = active_->views.find(series);
    if (it != active_->views.end()) {
      add_view(it->second, active_->shapes, range, active_->table->generation(), pieces_);
    }
  }
  const auto earlier = [](const Piece& a, const Piece& b) { return a.first < b.first; };
  if (!std::is_sorted(pieces_.begin(), pieces_.end(), earlier)) {
    std::sort(pieces_.begin(), pieces_.end(), earlier);
  }
}

void ShardSource::group_pieces() {
  size_t n = 0;
  int64_t last = 0;
  for (Piece& piece : pieces_) {
    if (n == 0 || piece.first > last) {
      if (groups_.size() == n) groups_.emplace_back();
      groups_[n++].clear();
      last = piece.last;
    }
    last = std::max(last, piece.last);
    groups_[n - 1].push_back(&piece);
  }
  groups_.resize(n);
}

Columns ShardSource::read(const SeriesAt& at, const Range& range, const Report& report) {
  const SeriesId series = at.id;
  find_pieces(at, range, report);
  group_pieces();
  if (range.descending) std::reverse(groups_.begin(), groups_.end());
  Columns out = empty_rows(wanted_);
  for (auto& group : groups_) {
    Columns more;
    if (!newest_row(group, series, range, more)) more = merge_group(group, series, range, report);
    if (out.empty()) {
      out = std::move(more);
    } else {
      out = range.descending ? merge_rows(std::move(more), out) : merge_rows(std::move(out), more);
    }
    if (range.limit != 0 && out.rows() >= range.limit) break;
  }
  return convert(std::move(out));
}

bool ShardSource::stands_alone(const Group& group, SeriesId series) const {
  const Piece& piece = *group.front();
  return group.size() == 1 && piece.is_block && !piece.block.shared && same_types_ &&
         !reader_->touches(series, piece.block);
}

// If only the newest row is wanted and a block's summaries tell it: that row.
bool ShardSource::newest_row(const Group& group, SeriesId series, const Range& range,
                             Columns& out) {
  if (!range.descending || range.limit != 1 || !stands_alone(group, series)) return false;
  if (group.front()->first < range.from || group.front()->last >= range.to) return false;
  Columns row = empty_rows(wanted_);
  try {
    view_.open(group.front()->block.start);
  } catch (const Damaged&) {
    return false;  // who decodes it reports it
  }
  bool any = false;
  for (size_t i = 0; i < wanted_.size(); ++i) {
    const ColumnHead* head = view_.find(ids_[i]);
    if (!head) continue;
    if (head->type != wanted_[i].type || head->type == TW_STRING || !view_.full(*head))
      return false;
    row.columns[i].push(head->summary.last, 0);
    any = true;
  }
  if (!any) return false;
  row.times.push_back(view_.head().last);
  row.finish();
  out = std::move(row);
  return true;
}

bool ShardSource::visit(const SeriesAt& at, const Range& range, const Report& report,
                        Visitor& visitor) {
  const SeriesId series = at.id;
  find_pieces(at, range, report);
  group_pieces();
  for (Group& group : groups_) {
    try {
      if (stands_alone(group, series)) {
        if (!visitor.block(group.front()->block.start, ids_)) return false;
        continue;
      }
    } catch (const Damaged& damage) {
      report_block(series, group.front()->block.generation, damage.what(), report);
      continue;
    }
    const Columns rows = convert(merge_group(group, series, range, report));
    if (!rows.empty() && !visitor.rows(rows)) return false;
  }
  return true;
}

}  // namespace tickwork::lmdb
