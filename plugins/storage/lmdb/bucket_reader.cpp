// SPDX-License-Identifier: MIT
#include "bucket_reader.hpp"

#include <algorithm>

#include "catalogue.hpp"
#include "group_tags.hpp"

namespace tickwork::lmdb {

// The buckets of InfluxDB: the first and last of the time line are cut off.
int64_t BucketRequest::Grid::start(int64_t time) const {
  if (width == 0) return INT64_MIN;
  const int64_t t = time - offset;
  int64_t into = t % width;
  if (into < 0) into += width;
  return (earliest_point + into >= t ? earliest_point : t - into) + offset;
}

int64_t BucketRequest::Grid::end(int64_t start) const {
  if (width == 0 || start >= latest_point - width) return INT64_MAX;
  if (start > earliest_point + offset) return start + width;
  int64_t into = (start - offset) % width;  // the cut first bucket ends on the grid
  if (into < 0) into += width;
  return start + (width - into);
}

// ---- groups ----

GroupBuckets& Groups::of(std::string_view tags) {
  const auto [it, fresh] = index_.try_emplace(std::string(tags), all_.size());
  if (fresh) all_.emplace_back().tags = tags;
  return all_[it->second];
}

void Groups::add(Groups&& later, const BucketRequest& request) {
  const size_t wishes = request.wishes.size();
  for (GroupBuckets& from : later.all_) {
    GroupBuckets& to = of(from.tags);
    if (to.starts.empty()) {
      to = std::move(from);
      for (size_t i = 0; i < to.states.size(); ++i)
        add_up(request.wishes[i % wishes], to.states[i]);
      continue;
    }
    for (size_t bucket = 0; bucket < from.starts.size(); ++bucket) {
      const ptrdiff_t at = to.at(from.starts[bucket], wishes, request.limit);
      if (at < 0) continue;
      for (size_t i = 0; i < wishes; ++i) {
        BucketState& state = to.states[static_cast<size_t>(at) * wishes + i];
        BucketState& more = from.states[bucket * wishes + i];
        add_later(request.wishes[i], state, more, lists_);
      }
    }
  }
  const bool kept = std::any_of(request.wishes.begin(), request.wishes.end(), [](const Wish& wish) {
    return wish.function == TW_AGGREGATE_PERCENTILE;
  });
  if (kept) lists_.splice(lists_.end(), later.lists_);
}

std::vector<GroupBuckets*> Groups::in_order() {
  std::vector<GroupBuckets*> out;
  for (GroupBuckets& group : all_) {
    if (!group.starts.empty()) out.push_back(&group);
  }
  std::sort(out.begin(), out.end(), [](const GroupBuckets* a, const GroupBuckets* b) {
    return group_tags_before(a->tags, b->tags);
  });
  return out;
}

// ---- reading ----

BucketReader::BucketReader(std::vector<std::unique_ptr<ShardSource>> sources,
                           const BucketRequest& request, Report report)
    : sources_(std::move(sources)), request_(request), report_(std::move(report)) {
  open_.resize(request.wishes.size());
  decoded_.columns.resize(request.columns.size());
}

Groups BucketReader::read(std::span<const FoundSeries> series, size_t place) {
  groups_ = {};
  group_ = nullptr;
  for (const FoundSeries& s : series) {
    if (!group_ || !request_.group_by.empty()) {
      key_.clear();
      put_group_tags(s.key, request_.group_by, key_);
      group_ = &groups_.of(key_);
    }
    add_series({s.id, place++});
  }
  return std::move(groups_);
}

GroupBuckets& BucketReader::read_alone(const ShardSource::SeriesAt& series) {
  groups_.lists().clear();
  alone_.clear();
  group_ = &alone_;
  add_series(series);
  const size_t wishes = request_.wishes.size();
  for (size_t i = 0; i < alone_.states.size(); ++i) {
    add_up(request_.wishes[i % wishes], alone_.states[i]);
  }
  return alone_;
}

void BucketReader::add_series(const ShardSource::SeriesAt& series) {
  // Of a group that has its buckets, later rows do not count.
  const int64_t last = group_->last_start;
  const int64_t to =
      last == INT64_MAX ? request_.to : std::min(request_.to, request_.grid.end(last));
  const ShardSource::Range range{request_.from, to, 0, false};
  for (const auto& source : sources_) {
    bucket_ = -1;
    const bool more = source->visit(series, range, report_, *this);
    close_sums();
    if (!more) return;
  }
}

void BucketReader::close_sums() {
  if (bucket_ < 0) return;
  for (size_t i = 0; i < request_.wishes.size(); ++i) {
    if (open_[i].count != 0) close(request_.wishes[i], open_[i], state(i), groups_.lists());
  }
}

BucketState& BucketReader::state(size_t wish) {
  return group_->states[static_cast<size_t>(bucket_) * request_.wishes.size() + wish];
}

bool BucketReader::enter(int64_t start) {
  if (bucket_ >= 0 && bucket_start_ == start) return true;
  close_sums();
  bucket_ = group_->at(start, request_.wishes.size(), request_.limit);
  bucket_start_ = start;
  return bucket_ >= 0;
}

// Whether a wish has a value in rows [begin, end); without, there is no bucket.
bool BucketReader::any_value(const Columns& rows, size_t begin, size_t end,
                             const std::vector<uint8_t>* only) const {
  for (size_t i = 0; i < request_.wishes.size(); ++i) {
    const Column& column = rows.columns[request_.wishes[i].column];
    if ((only && !(*only)[i]) || column.size() == 0) continue;
    if (column.valid.empty()) return true;
    const auto valid = column.valid.begin();
    const auto stop = valid + static_cast<ptrdiff_t>(end);
    if (std::find(valid + static_cast<ptrdiff_t>(begin), stop, 1) != stop) return true;
  }
  return false;
}

bool BucketReader::add_bucket(const Columns& rows, int64_t start, size_t begin, size_t end,
                              const std::vector<uint8_t>* only) {
  if (!any_value(rows, begin, end, only)) return start <= group_->last_start;
  if (!enter(start)) return false;
  for (size_t i = 0; i < request_.wishes.size(); ++i) {
    if (only && !(*only)[i]) continue;
    const Wish& wish = request_.wishes[i];
    const Column& column = rows.columns[wish.column];
    if (column.size() == 0) continue;  // the block lacks the field
    if (is_sum(wish.function)) {
      add_rows(wish, column, begin, end, open_[i]);
      continue;
    }
    BucketState& s = state(i);
    if (wish.function == TW_AGGREGATE_PERCENTILE && !s.values)
      s.values = &groups_.lists().emplace_back();
    add_rows(wish, rows.times, column, begin, end, s);
  }
  return true;
}

// Rows [begin, stop), bucket by bucket.
bool BucketReader::add_slices(const Columns& rows, size_t begin, size_t stop,
                              const std::vector<uint8_t>* only) {
  while (begin < stop) {
    const int64_t start = request_.grid.start(rows.times[begin]);
    const int64_t next = request_.grid.end(start);
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

bool BucketReader::rows(const Columns& rows) { return add_slices(rows, 0, rows.rows(), nullptr); }

bool BucketReader::block(const BlockStart& opened, const std::vector<FieldId>& fields) {
  view_.open(opened);
  const BlockHead& block = view_.head();
  const int64_t start = request_.grid.start(std::max(block.first, request_.from));
  const bool inside = block.first >= request_.from && block.last < request_.to;
  if (start > group_->last_start) return false;
  bool any = false;
  for (size_t c = 0; c < request_.columns.size(); ++c) {
    const ColumnHead* head = view_.find(fields[c]);
    if (head && head->type != request_.types[c]) throw Damaged("type has changed");
    any = any || (head && head->summary.count != 0);
  }
  if (!any) return true;
  const bool whole = inside && block.last < request_.grid.end(start);
  if (whole && !enter(start)) return false;
  return decide_by_summaries(whole, fields) || add_decoded(inside, fields);
}

// True if nothing is to be decoded.
bool BucketReader::decide_by_summaries(bool whole, const std::vector<FieldId>& fields) {
  undecided_.assign(request_.wishes.size(), 1);
  needed_.assign(request_.columns.size(), 0);
  bool decided = true;
  for (size_t i = 0; i < request_.wishes.size(); ++i) {
    const Wish& wish = request_.wishes[i];
    const ColumnHead* head = view_.find(fields[wish.column]);
    if (!head || head->summary.count == 0) {
      undecided_[i] = 0;
    } else if (whole) {
      const bool done = is_sum(wish.function)
                            ? add_summary(wish, head->summary, open_[i])
                            : add_summary(wish, view_.head(), head->summary, state(i));
      undecided_[i] = !done;
    }
    needed_[wish.column] |= undecided_[i];
    decided = decided && undecided_[i] == 0;
  }
  return decided;
}

// The undecided, by the block's rows in range and in buckets that count.
bool BucketReader::add_decoded(bool inside, const std::vector<FieldId>& fields) {
  view_.decode_times(decoded_.times);
  const auto& times = decoded_.times;
  const auto row_at = [&](int64_t time) {
    return static_cast<size_t>(std::lower_bound(times.begin(), times.end(), time) - times.begin());
  };
  size_t stop = inside ? decoded_.rows() : row_at(request_.to);
  bool all = true;
  if (group_->last_start != INT64_MAX) {
    const size_t end = row_at(request_.grid.end(group_->last_start));
    all = stop <= end;
    stop = std::min(stop, end);
  }
  for (size_t c = 0; c < request_.columns.size(); ++c) {
    const ColumnHead* head = needed_[c] ? view_.find(fields[c]) : nullptr;
    if (head) view_.decode(*head, stop, decoded_.columns[c]);
  }
  return add_slices(decoded_, inside ? 0 : row_at(request_.from), stop, &undecided_) && all;
}

}  // namespace tickwork::lmdb
