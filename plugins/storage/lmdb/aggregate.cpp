// SPDX-License-Identifier: MIT
#include "aggregate.hpp"

#include <algorithm>

#include "failure.hpp"

namespace tickwork::lmdb {
namespace {

constexpr int64_t earliest = INT64_MIN + 2, latest = INT64_MAX - 1;

std::string text(tw_str s) { return std::string(view(s)); }

// The scan of an aggregation's rows: with its distinct columns.
struct Narrowed {
  Narrowed(const tw_scan& rows, const std::vector<std::string>& columns) : scan(rows) {
    for (const std::string& c : columns) names.push_back(borrow(c));
    scan.columns = names.data();
    scan.n_columns = names.size();
    scan.flags = 0;
    scan.limit = 0;
  }
  tw_scan scan;
  std::vector<tw_str> names;
};

}  // namespace

// The buckets of InfluxDB: the first and last of the time line are cut off.
int64_t Aggregation::Grid::start(int64_t time) const {
  if (width == 0) return INT64_MIN;
  const int64_t t = time - offset;
  int64_t into = t % width;
  if (into < 0) into += width;
  return (earliest + into >= t ? earliest : t - into) + offset;
}

int64_t Aggregation::Grid::end(int64_t start) const {
  if (width == 0 || start >= latest - width) return INT64_MAX;
  if (start > earliest + offset) return start + width;
  int64_t into = (start - offset) % width;  // the cut first bucket ends on the grid
  if (into < 0) into += width;
  return start + (width - into);
}

Aggregation::Aggregation(Store& store, const tw_aggregation& request)
    : store_(store),
      grid_{request.bucket_ns, request.offset_ns},
      times_((request.flags & TW_AGGREGATE_TIMES) != 0),
      limit_(request.limit) {
  if (request.bucket_ns < 0) throw Failure(TW_E_INVALID, "bucket_ns is negative");
  if (request.n_aggregates == 0) throw Failure(TW_E_INVALID, "an aggregation needs a function");
  for (size_t i = 0; i < request.n_group_by; ++i) group_by_.push_back(text(request.group_by[i]));
  for (size_t i = 0; i < request.n_aggregates; ++i) {
    const std::string name = text(request.aggregates[i].column);
    const auto it = std::find(columns_.begin(), columns_.end(), name);
    wishes_.push_back({request.aggregates[i].function, 0, size_t(it - columns_.begin()),
                       request.aggregates[i].parameter, false});
    if (it == columns_.end()) columns_.push_back(name);
  }
  const Narrowed narrowed(*request.rows, columns_);
  plan_ = std::make_unique<ScanPlan>(store, narrowed.scan);
  if (plan_->fields.size() != columns_.size()) {
    throw Failure(TW_E_UNSUPPORTED, "no row in range has one of the columns");
  }
  for (Wish& wish : wishes_) {
    wish.type = plan_->types[wish.column];
    wish.times = times_ && !is_sum(wish.function) && wish.function != TW_AGGREGATE_COUNT &&
                 wish.function != TW_AGGREGATE_SPREAD;
    if (!takes(wish.function, wish.type) ||
        (wish.times && wish.function == TW_AGGREGATE_PERCENTILE)) {
      throw Failure(TW_E_UNSUPPORTED, "function " + std::to_string(wish.function) +
                                          " is not for column " + columns_[wish.column]);
    }
  }
  open_.resize(wishes_.size());
  decoded_.columns.resize(columns_.size());
}

std::vector<ArrowField> Aggregation::fields() const {
  std::vector<ArrowField> out;
  for (const Wish& wish : wishes_) {
    out.push_back({columns_[wish.column], arrow_format(result_type(wish))});
    if (wish.times) out.push_back({"time", "tsn:"});
  }
  return out;
}

// ---- adding ----

GroupBuckets& Aggregation::group_of(const FoundSeries& series) {
  if (group_by_.empty() && group_) return *group_;
  key_.clear();
  for (const std::string& tag : group_by_) key_.push_back(tag_of_key(series.key, tag));
  const auto [it, fresh] = groups_.try_emplace(key_);
  if (fresh) it->second.tags = key_;
  return it->second;
}

void Aggregation::close_sums() {
  if (bucket_ < 0) return;
  for (size_t i = 0; i < wishes_.size(); ++i) {
    if (open_[i].count != 0) close(wishes_[i], open_[i], state(i));
  }
}

BucketState& Aggregation::state(size_t wish) {
  return group_->states[static_cast<size_t>(bucket_) * wishes_.size() + wish];
}

bool Aggregation::enter(int64_t start) {
  if (bucket_ >= 0 && bucket_start_ == start) return true;
  close_sums();
  bucket_ = group_->at(start, wishes_.size(), limit_);
  bucket_start_ = start;
  return bucket_ >= 0;
}

// Whether a wish has a value in rows [begin, end); without, there is no bucket.
bool Aggregation::any_value(const Columns& rows, size_t begin, size_t end,
                            const std::vector<uint8_t>* only) const {
  for (size_t i = 0; i < wishes_.size(); ++i) {
    const Column& column = rows.columns[wishes_[i].column];
    if ((only && !(*only)[i]) || column.size() == 0) continue;
    if (column.valid.empty()) return true;
    const auto valid = column.valid.begin();
    const auto stop = valid + static_cast<ptrdiff_t>(end);
    if (std::find(valid + static_cast<ptrdiff_t>(begin), stop, 1) != stop) return true;
  }
  return false;
}

bool Aggregation::add_bucket(const Columns& rows, int64_t start, size_t begin, size_t end,
                             const std::vector<uint8_t>* only) {
  if (!any_value(rows, begin, end, only)) return start <= group_->last_start;
  if (!enter(start)) return false;
  for (size_t i = 0; i < wishes_.size(); ++i) {
    if (only && !(*only)[i]) continue;
    const Wish& wish = wishes_[i];
    const Column& column = rows.columns[wish.column];
    if (column.size() == 0) continue;  // the block lacks the field
    if (is_sum(wish.function)) {
      add_rows(wish, column, begin, end, open_[i]);
      continue;
    }
    BucketState& s = state(i);
    if (wish.function == TW_AGGREGATE_PERCENTILE && !s.values) s.values = &values_.emplace_back();
    add_rows(wish, rows.times, column, begin, end, s);
  }
  return true;
}

// Rows [begin, stop), bucket by bucket.
bool Aggregation::add_slices(const Columns& rows, size_t begin, size_t stop,
                             const std::vector<uint8_t>* only) {
  while (begin < stop) {
    const int64_t start = grid_.start(rows.times[begin]);
    const int64_t next = grid_.end(start);
    size_t end = begin + 1;
    if (rows.times[stop - 1] < next) {
      end = stop;
    } else {
      while (end < stop && rows.times[end] < next) ++end;
    }
    if (!add_bucket(rows, start, begin, end, only)) return false;
    begin = end;
  }
  return true;
}

bool Aggregation::rows(const Columns& rows) { return add_slices(rows, 0, rows.rows(), nullptr); }

bool Aggregation::block(std::string_view bytes, const std::vector<FieldId>& fields) {
  view_.open(bytes);
  const BlockHead& block = view_.head();
  const int64_t start = grid_.start(std::max(block.first, plan_->from));
  const bool inside = block.first >= plan_->from && block.last < plan_->to;
  const bool whole = inside && block.last < grid_.end(start);
  if (start > group_->last_start) return false;
  undecided_.assign(wishes_.size(), 1);
  needed_.assign(columns_.size(), 0);
  bool any = false;
  for (size_t c = 0; c < columns_.size(); ++c) {
    const ColumnHead* head = view_.find(fields[c]);
    if (head && head->type != plan_->types[c]) throw Damaged("type has changed");
    any = any || (head && head->summary.count != 0);
  }
  if (!any) return true;
  if (whole && !enter(start)) return false;
  any = false;
  for (size_t i = 0; i < wishes_.size(); ++i) {
    const Wish& wish = wishes_[i];
    const ColumnHead* head = view_.find(fields[wish.column]);
    if (!head || head->summary.count == 0) {
      undecided_[i] = 0;
    } else if (whole) {
      const bool done = is_sum(wish.function) ? add_summary(wish, head->summary, open_[i])
                                              : add_summary(wish, block, head->summary, state(i));
      undecided_[i] = !done;
    }
    needed_[wish.column] |= undecided_[i];
    any = any || undecided_[i] != 0;
  }
  if (!any) return true;
  view_.decode_times(decoded_.times);
  for (size_t c = 0; c < columns_.size(); ++c) {
    const ColumnHead* head = needed_[c] ? view_.find(fields[c]) : nullptr;
    if (head) view_.decode(*head, decoded_.columns[c]);
  }
  const auto row_at = [&](int64_t time) {
    const auto& times = decoded_.times;
    return static_cast<size_t>(std::lower_bound(times.begin(), times.end(), time) - times.begin());
  };
  const size_t stop = inside ? decoded_.rows() : row_at(plan_->to);
  return add_slices(decoded_, inside ? 0 : row_at(plan_->from), stop, &undecided_);
}

void Aggregation::add_series(const FoundSeries& series) {
  group_ = &group_of(series);
  const ShardSource::Range range{plan_->from, plan_->to, 0, false};
  for (const auto& source : plan_->sources) {
    bucket_ = -1;
    const bool more = source->visit(series.id, range, store_.damage_report(), *this);
    close_sums();
    if (!more) return;
  }
}

void Aggregation::run() {
  for (const FoundSeries& series : plan_->series) add_series(series);
  std::erase_if(groups_, [](const auto& g) { return g.second.starts.empty(); });
  plan_.reset();
}

// ---- answering ----

bool Aggregation::next(tw_rows& out) {
  if (!done_) {
    run();
    at_group_ = groups_.begin();
    done_ = true;
  }
  if (at_group_ == groups_.end()) return false;
  GroupBuckets& group = at_group_->second;
  tags_.clear();
  for (size_t i = 0; i < group_by_.size(); ++i) {
    tags_.push_back({borrow(group_by_[i]), borrow(group.tags[i])});
  }
  out.n_tags = static_cast<uint32_t>(tags_.size());
  out.tags = tags_.data();
  out.series = ++group_number_;
  emit(group, out);
  ++at_group_;
  return true;
}

void Aggregation::emit(GroupBuckets& group, tw_rows& out) {
  const std::vector<size_t> order = group.in_order(limit_);
  std::vector<WordColumn> columns;
  columns.reserve(1 + wishes_.size() * 2);
  columns.emplace_back(uint32_t{TW_INT}, order.size());
  for (size_t row = 0; row < order.size(); ++row) {
    columns[0].set(row, static_cast<uint64_t>(group.starts[order[row]]));
  }
  for (size_t i = 0; i < wishes_.size(); ++i) {
    const size_t at = columns.size();
    columns.emplace_back(result_type(wishes_[i]), order.size());
    if (wishes_[i].times) columns.emplace_back(uint32_t{TW_INT}, order.size());
    for (size_t row = 0; row < order.size(); ++row) {
      BucketState& s = group.states[order[row] * wishes_.size() + i];
      if (s.count == 0) continue;
      const uint64_t value = result_of(wishes_[i], s);
      if (s.count == 0) continue;  // a percentile without rank
      columns[at].set(row, value);
      if (wishes_[i].times) columns[at + 1].set(row, static_cast<uint64_t>(s.time));
    }
  }
  export_words(std::move(columns), order.size(), &out.array);
}

}  // namespace tickwork::lmdb
