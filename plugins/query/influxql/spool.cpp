// SPDX-License-Identifier: MIT
#include "spool.hpp"

#include <algorithm>
#include <cstring>

namespace tickwork::query {

namespace {

constexpr size_t block_bytes = 1 << 20;  // of rows, and of texts
constexpr size_t slice_rows = 4096;
constexpr size_t group_overhead = 160;  // of a node of the map

size_t bytes_of(const GroupKey& group) {
  size_t out = group_overhead;
  for (const std::string& value : group) out += sizeof value + value.size();
  return out;
}

}  // namespace

const char* Spool::Texts::keep(std::string_view text) {
  const size_t size = sizeof(uint32_t) + text.size();
  if (used_ + size > room_) {
    room_ = std::max(block_bytes, size);
    chunks_.emplace_back(room_);
    used_ = 0;
  }
  char* out = chunks_.back().as<char>() + used_;
  const auto length = static_cast<uint32_t>(text.size());
  std::memcpy(out, &length, sizeof length);
  if (!text.empty()) std::memcpy(out + sizeof length, text.data(), text.size());
  used_ += size;
  bytes_ += size;
  return out;
}

std::string_view Spool::text(const char* kept) {
  uint32_t length = 0;
  std::memcpy(&length, kept, sizeof length);
  return {kept + sizeof length, length};
}

Spool::Spool(std::vector<DataType> types, bool descending, size_t budget)
    : types_{std::move(types)},
      descending_{descending},
      normal_budget_{budget},
      budget_{budget},
      groups_(GroupOrder{descending}) {
  for (DataType type : types_) slots_.push_back(type == DataType::tag ? tags_++ : fields_++);
  masks_ = (fields_ + 63) / 64;
  stride_ = 2 + masks_ + fields_;
  while (block_rows() * 2 * stride_ * sizeof(uint64_t) <= block_bytes) ++block_shift_;
}

void Spool::start(std::optional<Position> from, std::optional<Position> until) {
  rows_ = Rows{};
  order_.clear();
  groups_.clear();
  ranked_.clear();
  last_tags_.reset();
  cut_ = false;
  bytes_ = 0;
  budget_ = normal_budget_;
  from_ = std::move(from);
  until_ = std::move(until);
}

uint64_t* Spool::new_record(Rows& rows) const {
  if (rows.size % block_rows() == 0) {
    rows.blocks.emplace_back(block_rows() * stride_ * sizeof(uint64_t));
  }
  uint64_t* out = record(rows, rows.size++);
  std::fill(out + 2, out + 2 + masks_, 0);
  return out;
}

uint32_t Spool::group_id(const GroupKey& group) {
  return groups_.try_emplace(group, static_cast<uint32_t>(groups_.size())).first->second;
}

void Spool::add_series(uint32_t group, const Run& run) {
  rows_.series_group.push_back(group);
  for (size_t i = 0; i < types_.size(); ++i) {
    if (types_[i] != DataType::tag) continue;
    const Value& v = run.columns[i].value;
    rows_.series_tags.push_back(v.null() ? nullptr : rows_.texts.keep(v.s));
  }
}

void Spool::add(const GroupKey& group, const Run& run, const std::vector<uint32_t>& rows) {
  const GroupOrder& before = groups_.key_comp();
  if (rows.empty() || (from_ && before(group, from_->group))) return;
  const int64_t low = from_ && group == from_->group ? from_->key : INT64_MIN;
  for (size_t at = 0; at < rows.size(); at += slice_rows) {
    std::optional<int64_t> end;
    if (until_ && group == until_->group) end = until_->key;
    if (until_ && before(until_->group, group)) return;
    if (last_tags_ != run.tags) {
      add_series(group_id(group), run);
      last_tags_ = run.tags;
    }
    const size_t n = std::min(slice_rows, rows.size() - at);
    add_slice(run, rows.data() + at, n, low, end);
    measure();
    if (bytes_ > budget_) cut();
  }
}

void Spool::add_slice(const Run& run, const uint32_t* rows, size_t n, int64_t low,
                      const std::optional<int64_t>& end) {
  slice_.clear();
  const uint64_t series = rows_.series_group.size() - 1;
  for (size_t i = 0; i < n; ++i) {
    const int64_t time = run.times[rows[i]], key = descending_ ? ~time : time;
    if (key < low || (end && key >= *end)) continue;
    uint64_t* record = new_record(rows_);
    std::memcpy(record, &key, sizeof key);
    record[1] = series;
    slice_.emplace_back(record, rows[i]);
  }
  for (size_t i = 0; i < types_.size(); ++i) fill(run, i);
}

// Copies a column of the run into the records of the slice.
void Spool::fill(const Run& run, size_t column) {
  const DataType type = types_[column];
  const Column& from = run.columns[column];
  if (type == DataType::tag || type == DataType::unknown) return;
  const size_t slot = slots_[column], mask = 2 + slot / 64, at = 2 + masks_ + slot;
  const uint64_t bit = uint64_t{1} << (slot % 64);
  const bool words =
      from.type == type && !from.values && !from.fixed &&
      (type == DataType::float_ || type == DataType::integer || type == DataType::unsigned_);
  if (words) {
    const auto* items = from.items<uint64_t>();
    for (auto& [record, row] : slice_) {
      record[at] = items[row];
      if (from.has(row)) record[mask] |= bit;
    }
    return;
  }
  for (auto& [record, row] : slice_) {
    const Value v = cast(from.at(row), type);
    if (v.null()) continue;
    record[mask] |= bit;
    if (type == DataType::string) {
      record[at] = reinterpret_cast<uint64_t>(rows_.texts.keep(v.s));
    } else {
      record[at] = type == DataType::boolean ? v.b : v.u;
    }
  }
}

void Spool::measure() {
  const size_t series = sizeof(uint32_t) + tags_ * sizeof(const char*);
  bytes_ = rows_.size * (stride_ * sizeof(uint64_t) + sizeof(Ref)) + rows_.texts.bytes() +
           rows_.series_group.size() * series;
  if (!groups_.empty()) bytes_ += groups_.size() * bytes_of(groups_.begin()->first);
}

void Spool::rank_groups() {
  rank_of_.resize(groups_.size());
  ranked_.clear();
  for (auto& [key, id] : groups_) {
    rank_of_[id] = static_cast<uint32_t>(ranked_.size());
    ranked_.push_back(&key);
  }
}

void Spool::fill_order() {
  rank_groups();
  order_.clear();
  order_.reserve(rows_.size);
  for (size_t i = 0; i < rows_.size; ++i) {
    const uint64_t* found = record(rows_, i);
    Ref ref{0, rank_of_[rows_.series_group[found[1]]], static_cast<uint32_t>(i)};
    std::memcpy(&ref.key, found, sizeof ref.key);
    order_.push_back(ref);
  }
}

// Rows of one time are in the order of their series, or turned round with it.
void Spool::sort() {
  fill_order();
  std::sort(order_.begin(), order_.end(), [this](const Ref& a, const Ref& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.key != b.key) return a.key < b.key;
    return descending_ ? a.row > b.row : a.row < b.row;
  });
}

// Drops about half of the rows, the last ones in order. Rows of one place stay together: where all
// that would be left have one place, they stay.
void Spool::cut() {
  fill_order();
  const auto before = [](const Ref& a, const Ref& b) {
    return a.rank != b.rank ? a.rank < b.rank : a.key < b.key;
  };
  const auto middle = order_.begin() + static_cast<ptrdiff_t>(order_.size() / 2);
  std::nth_element(order_.begin(), middle, order_.end(), before);
  const Ref last = *middle;
  const bool whole =
      std::none_of(order_.begin(), order_.end(), [&](const Ref& ref) { return before(ref, last); });
  std::erase_if(order_,
                [&](const Ref& ref) { return whole ? before(last, ref) : !before(ref, last); });
  until_ = Position{*ranked_[last.rank], whole ? last.key + 1 : last.key};
  cut_ = true;
  std::sort(order_.begin(), order_.end(), [](const Ref& a, const Ref& b) { return a.row < b.row; });
  keep(order_);
  order_ = {};
  measure();
  budget_ = std::max(budget_, bytes_ + bytes_ / 2);
}

// Only these rows, in order of arrival, with the series and groups that they are of.
void Spool::keep(const std::vector<Ref>& refs) {
  Rows kept;
  std::map<GroupKey, uint32_t, GroupOrder> groups(groups_.key_comp());
  uint64_t from = UINT64_MAX;
  for (const Ref& ref : refs) {
    const uint64_t* old = record(rows_, ref.row);
    if (old[1] != from) {
      from = old[1];
      const auto id = static_cast<uint32_t>(groups.size());
      kept.series_group.push_back(groups.try_emplace(*ranked_[ref.rank], id).first->second);
      for (size_t i = 0; i < tags_; ++i) {
        const char* tag = rows_.series_tags[from * tags_ + i];
        kept.series_tags.push_back(tag ? kept.texts.keep(text(tag)) : nullptr);
      }
    }
    uint64_t* copy = new_record(kept);
    std::copy_n(old, stride_, copy);
    copy[1] = kept.series_group.size() - 1;
    for (size_t i = 0; i < types_.size(); ++i) {
      const uint64_t* word = types_[i] == DataType::string ? this->word(old, i) : nullptr;
      if (word) {
        copy[2 + masks_ + slots_[i]] = reinterpret_cast<uint64_t>(kept.texts.keep(text(*word)));
      }
    }
  }
  rows_ = std::move(kept);
  groups_ = std::move(groups);
  ranked_.clear();
  last_tags_.reset();
}

}  // namespace tickwork::query
