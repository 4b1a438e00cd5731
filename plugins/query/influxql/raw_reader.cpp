// SPDX-License-Identifier: MIT
#include "raw_reader.hpp"

#include <algorithm>

namespace tickwork::query {

namespace {

constexpr size_t most_surveyed = 50'000;  // groups whose extents are remembered
constexpr size_t most_alternatives = 1'000;
constexpr double fill_part = 0.8;  // of the budget that a pass is meant to use

// Conditions that hold for series of these groups, and for few others.
template <class Iterator>
std::vector<TagCondition> conditions_of(const Plan& plan, Iterator begin, Iterator end) {
  std::vector<TagCondition> out;
  for (size_t d = 0; d < plan.dimensions.size(); ++d) {
    std::set<std::string> values;
    bool plain = true;  // text that patterns can have
    for (auto group = begin; group != end && plain; ++group) {
      const std::string& value = group->first[d];
      plain = !value.empty() && std::all_of(value.begin(), value.end(),
                                            [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
      values.insert(value);
    }
    if (!plain) continue;
    if (values.size() == 1) {
      out.push_back({plan.dimensions[d], *values.begin(), TW_EQ});
      continue;
    }
    std::string pattern;
    for (const std::string& value : values) {
      pattern += (pattern.empty() ? "^(" : "|") + RE2::QuoteMeta(value);
    }
    out.push_back({plan.dimensions[d], pattern + ")$", TW_MATCH});
  }
  return out;
}

bool always_has_value(const Run& run, size_t columns) {
  for (size_t i = 0; i < columns; ++i) {
    const Column& c = run.columns[i];
    if (!c.fixed && !c.values && !c.valid && c.type != DataType::unknown) return true;
  }
  return false;
}

}  // namespace

RawReader::RawReader(Session& session, const Plan& plan, const Input& input, size_t budget)
    : session_{session},
      plan_{plan},
      input_{input},
      reading_{reading_of(plan)},
      budget_{budget},
      descending_{!plan.ascending()},
      extents_(GroupOrder{descending_}) {
  push_limit(plan, reading_);
  std::tie(offset_, limit_) = kept_rows(plan, SIZE_MAX);
  limit_ -= offset_;
  reading_.copied = !session.meter.counts();
}

// The rows of a run that count.
void RawReader::pick(const Run& run) {
  picked_.clear();
  const bool all = run.every_row || always_has_value(run, plan_.columns.size());
  for (uint32_t i = 0; i < run.rows; ++i) {
    if (run.has_row(i) && (all || has_selected_field(plan_, run, i))) picked_.push_back(i);
  }
}

void RawReader::count(const GroupKey& group, const Run& run) {
  Extent& extent = extents_[group];
  extent.rows += picked_.size();
  for (const uint32_t row : {picked_.front(), picked_.back()}) {
    const int64_t key = descending_ ? ~run.times[row] : run.times[row];
    extent.first = std::min(extent.first, key);
    extent.last = std::max(extent.last, key);
  }
  if (extents_.size() <= most_surveyed) return;
  extents_.erase(std::prev(extents_.end()));
  truncated_ = true;
}

void RawReader::take(const RunPtr& run) {
  if (!begun_) session_.meter.read(*run);
  if (run->tags != run_tags_) {
    run_tags_ = run->tags;
    run_group_.clear();
    for (const std::string& d : plan_.dimensions) run_group_.emplace_back(run->tags->value(d));
  }
  pick(*run);
  if (picked_.empty()) return;
  if (!spool_) {
    std::vector<DataType> types;
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      types.push_back(run->columns[i].fixed ? DataType::tag : run->columns[i].type);
    }
    spool_.emplace(std::move(types), descending_, budget_);
  }
  const bool ahead = !next_ || !extents_.key_comp()(run_group_, next_->group);
  if (surveying_ && ahead) count(run_group_, *run);
  spool_->add(run_group_, *run, picked_);
}

void RawReader::scan(Reading reading, std::optional<Position> until) {
  if (spool_) spool_->start(next_, std::move(until));
  run_tags_.reset();
  input_.read(session_, reading, [this](const RunPtr& run) { take(run); });
  begun_ = true;
  at_ = group_end_ = 0;
  if (!spool_) return;
  spool_->sort();
  if (!spool_->order().empty()) {
    row_bytes_ = static_cast<double>(spool_->bytes()) / static_cast<double>(spool_->order().size());
  }
}

// Reads whatever comes from next_ on, and learns how many rows the groups have.
void RawReader::survey() {
  extents_.clear();
  truncated_ = false;
  surveying_ = true;
  scan(reading_, std::nullopt);
  surveying_ = false;
}

void RawReader::restrict_times(Reading& reading, int64_t from, int64_t until) const {
  const int64_t first = descending_ ? ~(until - 1) : from, last = descending_ ? ~from : until - 1;
  reading.min = std::max(reading.min, first);
  reading.max = std::min(reading.max, last);
}

// A part of a group that has no room as a whole.
void RawReader::read_step(const Extents::iterator& group) {
  const Extent& extent = group->second;
  const int64_t from = std::max(next_->key, extent.first);
  const auto rest = static_cast<uint64_t>(extent.last) - static_cast<uint64_t>(from);
  if (width_ == 0 || step_group_ != group->first) {
    step_group_ = group->first;
    const double bytes = static_cast<double>(extent.rows) * row_bytes_;
    const double span = static_cast<double>(extent.last) - static_cast<double>(extent.first);
    const double width = span * static_cast<double>(budget_) / bytes * fill_part;
    width_ = std::max<int64_t>(1, static_cast<int64_t>(std::min(width, 0x1p61)));
  }
  const bool all = rest < static_cast<uint64_t>(width_);
  const int64_t until = all ? extent.last + 1 : from + width_;
  Reading reading = reading_;
  reading.where = conditions_of(plan_, group, std::next(group));
  restrict_times(reading, from, until);
  scan(reading, Position{group->first, until});
  if (spool_->was_cut()) {
    width_ = std::max<int64_t>(1, spool_->until()->key - from);
  } else if (spool_->bytes() < budget_ / 3 && width_ < INT64_MAX / 4) {
    width_ *= 2;
  }
}

// Groups that have room together; false if the first one alone has not.
bool RawReader::read_groups(Extents::iterator begin) {
  double bytes = 0;
  size_t n = 0;
  auto end = begin;
  for (; end != extents_.end() && n < most_alternatives; ++end, ++n) {
    bytes += static_cast<double>(end->second.rows) * row_bytes_;
    if (bytes > static_cast<double>(budget_) * fill_part) break;
  }
  if (n == 0) return false;
  Reading reading = reading_;
  reading.where = conditions_of(plan_, begin, end);
  std::optional<Position> until;
  if (end != extents_.end()) until = Position{end->first, INT64_MIN};
  if (!until) until = Position{std::prev(end)->first, INT64_MAX};
  scan(reading, until);
  return true;
}

// The next pass from next_, which the extents tell about.
bool RawReader::read_on() {
  auto group = extents_.lower_bound(next_->group);
  if (group != extents_.end() && group->first == next_->group && next_->key > group->second.last) {
    ++group;
  }
  if (group == extents_.end()) {
    if (!truncated_) return false;
    survey();
    return true;
  }
  if (group->first != next_->group) next_ = {group->first, INT64_MIN};
  if (next_->key > INT64_MIN || !read_groups(group)) read_step(group);
  return true;
}

bool RawReader::next_pass() {
  if (done_) return false;
  session_.check_alive();
  if (!begun_) {
    survey();
  } else if (!read_on()) {
    done_ = true;
    return false;
  }
  if (!spool_) return done_ = true, false;
  next_ = spool_->until();
  done_ = !next_;
  return true;
}

void RawReader::find_group_end() {
  const auto& order = spool_->order();
  const auto behind = [](uint32_t rank, const Spool::Ref& ref) { return rank < ref.rank; };
  const auto end = std::upper_bound(order.begin() + static_cast<ptrdiff_t>(at_), order.end(),
                                    order[at_].rank, behind);
  group_end_ = static_cast<size_t>(end - order.begin());
}

// Whether the group at hand has another row.
bool RawReader::more() {
  if (at_ < group_end_) return true;
  if (!spool_) return false;
  while (at_ == spool_->order().size()) {
    if (!next_pass()) return false;
  }
  if (spool_->group(spool_->order()[at_]) != group_) return false;
  find_group_end();
  return true;
}

bool RawReader::next_group() {
  for (;;) {
    // What is left of the group before is of no interest, nor in passes to come.
    at_ = std::max(at_, group_end_);
    if (spool_ && at_ == spool_->order().size() && next_ && next_->group == group_) {
      next_->key = INT64_MAX;
    }
    while (!spool_ || at_ == spool_->order().size()) {
      if (!next_pass()) return false;
    }
    group_ = spool_->group(spool_->order()[at_]);
    find_group_end();
    left_ = limit_;
    size_t skip = offset_;
    while (more() && skip > 0) {
      const size_t n = std::min(skip, group_end_ - at_);
      at_ += n;
      skip -= n;
    }
    if (more()) return true;
  }
}

bool RawReader::group_done() const {
  return left_ == 0 || (at_ == group_end_ && (done_ || at_ < spool_->order().size()));
}

std::span<const Spool::Ref> RawReader::next_rows(size_t most) {
  if (left_ == 0 || !more()) return {};
  session_.check_alive();
  const size_t n = std::min({most, left_, group_end_ - at_});
  const std::span<const Spool::Ref> out(spool_->order().data() + at_, n);
  at_ += n;
  left_ -= n;
  return out;
}

}  // namespace tickwork::query
