// SPDX-License-Identifier: MIT
#include "aggregate.hpp"

#include <algorithm>

#include "failure.hpp"
#include "gathered_groups.hpp"
#include "group_tags.hpp"
#include "series_groups.hpp"

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

}  // namespace

Aggregation::Aggregation(Store& store, const tw_aggregation& request) {
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
  ScanPlan plan(store, narrowed.scan, request_.group_by,
                rounds ? SeriesKeys::of_several : SeriesKeys::left_out);
  if (plan.fields.size() != columns.size()) {
    throw Failure(TW_E_UNSUPPORTED, "no row in range has one of the columns");
  }
  request_.from = plan.from;
  request_.to = plan.to;
  request_.types = plan.types;
  const bool times = (request.flags & TW_AGGREGATE_TIMES) != 0;
  for (Wish& wish : request_.wishes) {
    wish.type = plan.types[wish.column];
    wish.times = times && !is_sum(wish.function) && wish.function != TW_AGGREGATE_COUNT &&
                 wish.function != TW_AGGREGATE_SPREAD;
    if (!takes(wish.function, wish.type) ||
        (wish.times && wish.function == TW_AGGREGATE_PERCENTILE)) {
      throw Failure(TW_E_UNSUPPORTED, "function " + std::to_string(wish.function) +
                                          " is not for column " + columns[wish.column]);
    }
  }
  if (rounds && !plan.named) sort_by_key(plan.series);
  plan.use_order();
  if (plan.named) {
    groups_ = std::make_unique<SeriesGroups>(plan, request_, store);
  } else {
    groups_ = std::make_unique<GatheredGroups>(plan, request_, store);
  }
}

std::vector<ArrowField> Aggregation::fields() const {
  std::vector<ArrowField> out;
  for (const Wish& wish : request_.wishes) {
    out.push_back({request_.columns[wish.column], arrow_format(result_type(wish))});
    if (wish.times) out.push_back({"time", "tsn:"});
  }
  return out;
}

bool Aggregation::next(tw_rows& out) {
  std::string_view tags;
  if (!groups_->next(tags, &out.array)) return false;
  get_group_tags(tags, values_);
  tags_.clear();
  for (size_t i = 0; i < values_.size(); ++i) {
    tags_.push_back({borrow(request_.group_by[i]), borrow(values_[i])});
  }
  out.n_tags = static_cast<uint32_t>(tags_.size());
  out.tags = tags_.data();
  out.series = ++given_;
  return true;
}

}  // namespace tickwork::lmdb
