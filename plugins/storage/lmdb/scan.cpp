// SPDX-License-Identifier: MIT
#include "scan.hpp"

#include <algorithm>
#include <map>

#include "failure.hpp"
#include "tag_filter.hpp"

namespace tickwork::lmdb {
namespace {

int rank(uint32_t type) {
  switch (type) {
    case TW_FLOAT:
      return 0;
    case TW_INT:
      return 1;
    case TW_UINT:
      return 2;
    case TW_STRING:
      return 3;
    default:
      return 4;
  }
}

template <class T>
void reverse_all(std::vector<T>& values) {
  std::reverse(values.begin(), values.end());
}

void reverse_rows(Columns& rows) {
  reverse_all(rows.times);
  for (Column& column : rows.columns) {
    reverse_all(column.bits);
    reverse_all(column.texts);
    reverse_all(column.valid);
  }
}

void cut(Columns& rows, uint64_t most) {
  if (rows.rows() <= most) return;
  rows.times.resize(most);
  for (Column& column : rows.columns) {
    if (column.text()) {
      column.texts.resize(most);
    } else {
      column.bits.resize(most);
    }
    if (!column.valid.empty()) column.valid.resize(most);
  }
}

}  // namespace

uint32_t stronger_type(uint32_t a, uint32_t b) { return rank(a) <= rank(b) ? a : b; }

void ScanPlan::choose_fields(const tw_scan& request, const std::string& measurement) {
  std::map<std::string, uint32_t> known;
  for (const auto& shard : shards_) {
    for (const auto& [name, info] : shard->fields(measurement)) {
      const auto [it, fresh] = known.try_emplace(name, info.type);
      if (!fresh) it->second = stronger_type(it->second, info.type);
    }
  }
  const auto choose = [&](const std::string& name, uint32_t type) {
    fields.push_back({name, arrow_format(type)});
    types.push_back(type);
  };
  if (request.n_columns == 0) {
    for (const auto& [name, type] : known) choose(name, type);
  }
  for (size_t i = 0; i < request.n_columns; ++i) {
    const auto it = known.find(std::string(view(request.columns[i])));
    if (it != known.end()) choose(it->first, it->second);
  }
}

ScanPlan::ScanPlan(Store& store, const tw_scan& request, SeriesOrder order)
    : from(request.from_ns), to(request.to_ns) {
  const std::string measurement(view(request.measurement));
  if (measurement.empty()) throw Failure(TW_E_INVALID, "a scan needs a measurement");
  const TagFilter filter(request.where, request.n_where);
  const Target target = store.registry().resolve(view(request.database), view(request.retention));
  shards_ = store.registry().shards(*target.database, target.policy.id, from, to);
  choose_fields(request, measurement);
  if (fields.empty()) return;
  series = target.database->index.find(measurement, filter, order);
  for (const auto& shard : shards_) {
    auto& source = sources.emplace_back(std::make_unique<ShardSource>(shard));
    source->plan(*shard, measurement, fields, types);
  }
  const auto sealed = store.snapshot([&](const std::shared_ptr<Table>& active) {
    for (auto& source : sources) source->look_at(active, series);
  });
  for (auto& source : sources) source->open(sealed);
}

Scan::Scan(Store& store, const tw_scan& request)
    : store_(store),
      plan_(store, request),
      limit_(request.limit),
      descending_((request.flags & TW_SCAN_DESCENDING) != 0) {
  if (descending_) std::reverse(plan_.sources.begin(), plan_.sources.end());
}

bool Scan::emit(Columns&& rows, tw_rows& out) {
  if (limit_ != 0) {
    // Of a shard read in part, the rows nearest to the scan's start count.
    if (descending_) reverse_rows(rows);
    cut(rows, limit_ - rows_of_series_);
  } else if (descending_) {
    reverse_rows(rows);
  }
  rows_of_series_ += rows.rows();
  const FoundSeries& series = plan_.series[at_series_];
  if (named_ != at_series_) {
    name_ = parse_series_key(series.key);
    named_ = at_series_;
    tags_.clear();
    for (const auto& [key, value] : name_.tags) tags_.push_back({borrow(key), borrow(value)});
  }
  out.n_tags = static_cast<uint32_t>(tags_.size());
  out.tags = tags_.data();
  out.series = series.id;
  export_rows(std::move(rows), &out.array);
  return true;
}

bool Scan::next(tw_rows& out) {
  while (at_series_ < plan_.series.size()) {
    const bool enough = limit_ != 0 && rows_of_series_ >= limit_;
    if (at_source_ == plan_.sources.size() || enough) {
      ++at_series_;
      at_source_ = 0;
      rows_of_series_ = 0;
      continue;
    }
    const ShardSource::Range range{plan_.from, plan_.to, limit_ == 0 ? 0 : limit_ - rows_of_series_,
                                   descending_};
    Columns rows = plan_.sources[at_source_++]->read(plan_.series[at_series_].id, range,
                                                     store_.damage_report());
    if (!rows.empty()) return emit(std::move(rows), out);
  }
  return false;
}

}  // namespace tickwork::lmdb
