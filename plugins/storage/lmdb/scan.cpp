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

ScanPlan::ScanPlan(Store& store, const tw_scan& request)
    : ScanPlan(store, request, [this](const auto& index, auto measurement, const auto& filter) {
        series = index.find(measurement, filter);
      }) {}

ScanPlan::ScanPlan(Store& store, const tw_scan& request, const std::vector<std::string>& group_by,
                   SeriesKeys wanted)
    : ScanPlan(store, request, [&](const auto& index, auto measurement, const auto& filter) {
        Index::FoundOrNamed groups = index.find_groups(measurement, filter, group_by, wanted);
        series = std::move(groups.found);
        named = std::move(groups.named);
      }) {}

ScanPlan::ScanPlan(Store& store, const tw_scan& request, const Find& find)
    : from(request.from_ns), to(request.to_ns) {
  const std::string measurement(view(request.measurement));
  if (measurement.empty()) throw Failure(TW_E_INVALID, "a scan needs a measurement");
  const TagFilter filter(request.where, request.n_where);
  const Target target = store.registry().resolve(view(request.database), view(request.retention));
  shards_ = store.registry().shards(*target.database, target.policy.id, from, to);
  choose_fields(request, measurement);
  if (fields.empty()) return;
  find(target.database->index, measurement, filter);
  for (const auto& shard : shards_) {
    auto& source = sources.emplace_back(std::make_unique<ShardSource>(shard));
    source->plan(*shard, measurement, fields, types);
  }
  const auto sealed = store.snapshot([&](const std::shared_ptr<Table>& active) {
    for (auto& source : sources) source->look_at(active, *this);
  });
  for (auto& source : sources) source->open(sealed);
}

// Windows of all sources together hold about so many cells, if a series has one row.
void use_windows(std::span<const std::unique_ptr<ShardSource>> sources, std::vector<SeriesId> order,
                 size_t columns, int64_t from, int64_t to) {
  constexpr size_t cells = 32768, least_window = 64;
  const auto shares = [](const auto& source) { return source->has_shared(); };
  const auto sharing = static_cast<size_t>(std::count_if(sources.begin(), sources.end(), shares));
  if (sharing == 0) return;
  const size_t window = cells / (sharing * (columns + 1)) / least_window * least_window;
  if (window == 0 || !ShortRows::jumps(order)) return;
  const auto shared = std::make_shared<const std::vector<SeriesId>>(std::move(order));
  for (const auto& source : sources) {
    if (shares(source)) source->use_windows(shared, window, from, to);
  }
}

void ScanPlan::use_order() {
  const auto shares = [](const auto& source) { return source->has_shared(); };
  if (std::none_of(sources.begin(), sources.end(), shares)) return;
  std::vector<SeriesId> order;
  order.reserve(count());
  each_series([&](SeriesId id) { order.push_back(id); });
  use_windows(sources, std::move(order), fields.size(), from, to);
}

// ---- reading ----

SeriesReader::SeriesReader(std::vector<std::unique_ptr<ShardSource>> sources, const ScanPlan& plan,
                           uint64_t limit, bool descending, Report report)
    : sources_(std::move(sources)),
      plan_(plan),
      limit_(limit),
      descending_(descending),
      report_(std::move(report)) {
  if (descending_) std::reverse(sources_.begin(), sources_.end());
}

void SeriesReader::start(size_t series) {
  series_ = series;
  at_source_ = 0;
  rows_ = 0;
}

bool SeriesReader::next(ScanRun& out) {
  while (at_source_ < sources_.size() && (limit_ == 0 || rows_ < limit_)) {
    const ShardSource::Range range{plan_.from, plan_.to, limit_ == 0 ? 0 : limit_ - rows_,
                                   descending_};
    Columns rows =
        sources_[at_source_++]->read({plan_.series[series_].id, series_}, range, report_);
    if (!rows.empty()) return emit(std::move(rows), out), true;
  }
  return false;
}

void SeriesReader::emit(Columns&& rows, ScanRun& out) {
  if (descending_) reverse_rows(rows);
  // Of a shard read in part, the rows nearest to the scan's start count.
  if (limit_ != 0) cut(rows, limit_ - rows_);
  rows_ += rows.rows();
  out.series = series_;
  out.bytes = export_rows(rows, pool_, &out.rows);
}

// ---- the scan ----

// Everything is opened now: a helper that looked at the shards later would see what came since.
Scan::Scan(Store& store, const tw_scan& request)
    : store_(store),
      plan_(store, request),
      limit_(request.limit),
      descending_((request.flags & TW_SCAN_DESCENDING) != 0) {
  plan_.use_order();
  cores_.emplace(store.spare_cores(), plan_.series.size() / ReadAhead::series_a_helper);
  std::vector<std::unique_ptr<RunReader>> helpers;
  for (size_t i = 0; i < cores_->count(); ++i) {
    std::vector<std::unique_ptr<ShardSource>> sources;
    for (const auto& source : plan_.sources) sources.push_back(source->again());
    helpers.push_back(reader_of(std::move(sources)));
  }
  runs_.emplace(plan_.series.size(), reader_of(std::move(plan_.sources)), std::move(helpers),
                store.helpers());
}

std::unique_ptr<SeriesReader> Scan::reader_of(
    std::vector<std::unique_ptr<ShardSource>> sources) const {
  return std::make_unique<SeriesReader>(std::move(sources), plan_, limit_, descending_,
                                        store_.damage_report());
}

// Texts are parts of the key where nothing in it is escaped.
void Scan::name(size_t series) {
  named_ = series;
  tags_.clear();
  const std::string_view key = plan_.series[series].key;
  const auto add = [this](std::string_view tag, std::string_view value) {
    tags_.push_back({borrow(tag), borrow(value)});
  };
  if (key.find('\\') == std::string_view::npos) return for_each_tag(key, add);
  name_ = parse_series_key(key);
  for (const auto& [tag, value] : name_.tags) add(tag, value);
}

bool Scan::next(tw_rows& out) {
  ScanRun run;
  if (!runs_ || !runs_->next(run)) {
    runs_.reset();
    cores_.reset();
    return false;
  }
  const FoundSeries& series = plan_.series[run.series];
  if (named_ != run.series) name(run.series);
  out.n_tags = static_cast<uint32_t>(tags_.size());
  out.tags = tags_.data();
  out.series = series.id;
  out.array = run.rows;
  return true;
}

}  // namespace tickwork::lmdb
