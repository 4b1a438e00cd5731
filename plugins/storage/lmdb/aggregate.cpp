// SPDX-License-Identifier: MIT
#include "aggregate.hpp"

#include <algorithm>
#include <atomic>
#include <boost/unordered/unordered_flat_set.hpp>
#include <map>
#include <mutex>
#include <span>
#include <system_error>

#include "failure.hpp"
#include "spare_cores.hpp"

namespace tickwork::lmdb {
namespace {

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

// Whether no two series have the same values of these tags.
bool differ_in(const std::vector<std::string>& tags, const std::vector<FoundSeries>& series) {
  if (tags.empty()) return false;
  boost::unordered_flat_set<std::string> seen;
  std::string values;
  for (const FoundSeries& s : series) {
    values.clear();
    put_group_tags(s.key, tags, values);
    if (!seen.insert(values).second) return false;
  }
  return true;
}

// Parts of the series, taken and read by several threads, put together in their order.
class Parts {
 public:
  Parts(std::span<const FoundSeries> series, const BucketRequest& request, Groups& into)
      : series_(series), request_(request), into_(into) {}

  static size_t count(size_t series) { return (series + series_a_part - 1) / series_a_part; }

  void work(BucketReader& reader) {
    const size_t parts = count(series_.size());
    for (size_t part = next_++; part < parts; part = next_++) {
      const auto mine = series_.subspan(part * series_a_part);
      put(part, reader.read(mine.first(std::min(mine.size(), series_a_part))));
    }
  }

 private:
  static constexpr size_t series_a_part = 64;

  void put(size_t part, Groups groups) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(part, std::move(groups));
    for (auto it = waiting_.begin(); it != waiting_.end() && it->first == done_; ++done_) {
      into_.add(std::move(it->second), request_);
      it = waiting_.erase(it);
    }
  }

  std::span<const FoundSeries> series_;
  const BucketRequest& request_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  Groups& into_;
  std::map<size_t, Groups> waiting_;
  size_t done_ = 0;
};

}  // namespace

Aggregation::Aggregation(Store& store, const tw_aggregation& request) : store_(store) {
  if (request.bucket_ns < 0) throw Failure(TW_E_INVALID, "bucket_ns is negative");
  if (request.n_aggregates == 0) throw Failure(TW_E_INVALID, "an aggregation needs a function");
  request_.grid = {request.bucket_ns, request.offset_ns};
  request_.limit = request.limit;
  for (size_t i = 0; i < request.n_group_by; ++i) {
    request_.group_by.push_back(text(request.group_by[i]));
  }
  std::vector<std::string>& columns = request_.columns;
  for (size_t i = 0; i < request.n_aggregates; ++i) {
    const std::string name = text(request.aggregates[i].column);
    const auto it = std::find(columns.begin(), columns.end(), name);
    request_.wishes.push_back({request.aggregates[i].function, 0, size_t(it - columns.begin()),
                               request.aggregates[i].parameter, false});
    if (it == columns.end()) columns.push_back(name);
  }
  const Narrowed narrowed(*request.rows, columns);
  const bool rounds = std::any_of(request_.wishes.begin(), request_.wishes.end(),
                                  [](const Wish& wish) { return is_sum(wish.function); });
  // Sums of several series must round as those of a scan do; for all else their order does not
  // matter.
  plan_ = std::make_unique<ScanPlan>(store, narrowed.scan, SeriesOrder::by_number);
  if (plan_->fields.size() != columns.size()) {
    throw Failure(TW_E_UNSUPPORTED, "no row in range has one of the columns");
  }
  request_.groups_of_one = differ_in(request_.group_by, plan_->series);
  if (rounds && !request_.groups_of_one) sort_by_key(plan_->series);
  request_.from = plan_->from;
  request_.to = plan_->to;
  request_.types = plan_->types;
  const bool times = (request.flags & TW_AGGREGATE_TIMES) != 0;
  for (Wish& wish : request_.wishes) {
    wish.type = plan_->types[wish.column];
    wish.times = times && !is_sum(wish.function) && wish.function != TW_AGGREGATE_COUNT &&
                 wish.function != TW_AGGREGATE_SPREAD;
    if (!takes(wish.function, wish.type) ||
        (wish.times && wish.function == TW_AGGREGATE_PERCENTILE)) {
      throw Failure(TW_E_UNSUPPORTED, "function " + std::to_string(wish.function) +
                                          " is not for column " + columns[wish.column]);
    }
  }
  shapes_.push_back({'t'});
  for (const ArrowField& field : fields()) shapes_.push_back({*field.format});
}

std::vector<ArrowField> Aggregation::fields() const {
  std::vector<ArrowField> out;
  for (const Wish& wish : request_.wishes) {
    out.push_back({request_.columns[wish.column], arrow_format(result_type(wish))});
    if (wish.times) out.push_back({"time", "tsn:"});
  }
  return out;
}

// ---- reading ----

void Aggregation::run() {
  const std::unique_ptr<ScanPlan> plan = std::move(plan_);
  const Report report = store_.damage_report();
  Parts parts(plan->series, request_, groups_);
  const size_t further = std::max(Parts::count(plan->series.size()), size_t{1}) - 1;
  const CoreLoan cores(store_.spare_cores(), further);
  std::vector<std::unique_ptr<BucketReader>> readers;
  for (size_t i = 0; i < cores.count(); ++i) {
    std::vector<std::unique_ptr<ShardSource>> sources;
    for (const auto& source : plan->sources) sources.push_back(source->again());
    readers.push_back(std::make_unique<BucketReader>(std::move(sources), request_, report));
  }
  BucketReader own(std::move(plan->sources), request_, report);
  std::vector<RunningTask> working;  // the last: whoever leaves waits for them
  try {
    for (const auto& reader : readers) {
      working.push_back(store_.helpers().run([&parts, &reader] { parts.work(*reader); }));
    }
  } catch (const std::system_error&) {  // no more threads; it goes without
  }
  parts.work(own);
  for (auto& work : working) work.get();
  order_ = groups_.in_order();
}

// ---- answering ----

bool Aggregation::next(tw_rows& out) {
  if (plan_) run();
  if (next_group_ == order_.size()) return false;
  GroupBuckets& group = *order_[next_group_++];
  get_group_tags(group.tags, values_);
  tags_.clear();
  for (size_t i = 0; i < values_.size(); ++i) {
    tags_.push_back({borrow(request_.group_by[i]), borrow(values_[i])});
  }
  out.n_tags = static_cast<uint32_t>(tags_.size());
  out.tags = tags_.data();
  out.series = next_group_;
  emit(group, out);
  return true;
}

void Aggregation::emit(GroupBuckets& group, tw_rows& out) {
  group.in_order(request_.limit, buckets_);
  arrow::StructBlock block(buckets_.size(), shapes_, &pool_);
  for (size_t row = 0; row < buckets_.size(); ++row) {
    block.words(0)[row] = static_cast<uint64_t>(group.starts[buckets_[row]]);
  }
  block.mark_all(0);
  size_t column = 1;
  for (size_t i = 0; i < request_.wishes.size(); ++i) {
    const Wish& wish = request_.wishes[i];
    for (size_t row = 0; row < buckets_.size(); ++row) {
      BucketState& s = group.states[buckets_[row] * request_.wishes.size() + i];
      if (s.count == 0) continue;
      const uint64_t value = result_of(wish, s);
      if (s.count == 0) continue;  // a percentile without rank
      if (result_type(wish) == TW_BOOL) {
        block.set_bool(column, row, value != 0);
      } else {
        block.set_word(column, row, value);
      }
      if (wish.times) block.set_word(column + 1, row, static_cast<uint64_t>(s.time));
    }
    column += wish.times ? 2 : 1;
  }
  block.give(&out.array);
}

}  // namespace tickwork::lmdb
