// SPDX-License-Identifier: MIT
#include "series_groups.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <utility>

#include "head_sort.hpp"

namespace tickwork::lmdb {

std::optional<GroupNames> GroupNames::sort(const std::vector<std::string>& tags,
                                           std::vector<FoundSeries>& series) {
  if (tags.empty() || series.size() > UINT32_MAX) return std::nullopt;
  GroupNames names;
  std::vector<std::pair<uint64_t, Span>> headed;
  headed.reserve(series.size());
  // Two texts may have the same hash: then these are not known to differ, which does no harm.
  boost::unordered_flat_set<size_t> seen;
  for (const FoundSeries& s : series) {
    const size_t begin = names.texts_.size();
    put_group_tags(s.key, tags, names.texts_);
    const std::string_view text = std::string_view(names.texts_).substr(begin);
    if (!seen.insert(std::hash<std::string_view>()(text)).second) return std::nullopt;
    headed.push_back(
        {0, {begin, static_cast<uint32_t>(text.size()), static_cast<uint32_t>(headed.size())}});
  }
  const auto text_of = [&](const Span& span) {
    return std::string_view(names.texts_).substr(span.begin, span.size);
  };
  const auto first_of = [&](const Span& span) { return first_group_tag(text_of(span)); };
  size_t common = headed.empty() ? 0 : first_of(headed[0].second).size();
  for (const auto& [head, span] : headed) {
    common = std::min(common, common_prefix(first_of(headed[0].second), first_of(span)));
  }
  sort_by_heads(headed, common, first_of, [&](const Span& a, const Span& b) {
    return group_tags_before(text_of(a), text_of(b));
  });
  std::vector<FoundSeries> sorted;
  sorted.reserve(series.size());
  names.spans_.reserve(series.size());
  for (const auto& [head, span] : headed) {
    names.spans_.push_back(span);
    sorted.push_back(std::move(series[span.series]));
  }
  series = std::move(sorted);
  return names;
}

// Reads a series' buckets and makes their rows.
class SeriesGroups::Reader : public RunReader {
 public:
  Reader(const std::vector<SeriesId>& series, std::unique_ptr<BucketReader> buckets,
         const BucketRequest& request)
      : series_(series), buckets_(std::move(buckets)), rows_(request) {}

  void start(size_t series) override {
    place_ = series;
    done_ = false;
  }

  bool next(ScanRun& out) override {
    if (std::exchange(done_, true)) return false;
    GroupBuckets& group = buckets_->read_alone({series_[place_], place_});
    if (group.starts.empty()) return false;
    out.series = place_;
    out.bytes = rows_.make(group, &out.rows);
    return true;
  }

 private:
  const std::vector<SeriesId>& series_;
  std::unique_ptr<BucketReader> buckets_;
  BucketRows rows_;
  size_t place_ = 0;
  bool done_ = true;
};

SeriesGroups::SeriesGroups(GroupNames names, ScanPlan& plan, const BucketRequest& request,
                           Store& store)
    : names_(std::move(names)) {
  series_.reserve(plan.series.size());
  for (const FoundSeries& s : plan.series) series_.push_back(s.id);
  cores_.emplace(store.spare_cores(), series_.size() / ReadAhead::series_a_helper);
  std::vector<std::unique_ptr<RunReader>> readers;
  for (auto& buckets : readers_of(plan, cores_->count(), request, store.damage_report())) {
    readers.push_back(std::make_unique<Reader>(series_, std::move(buckets), request));
  }
  std::unique_ptr<RunReader> own = std::move(readers.back());
  readers.pop_back();
  runs_.emplace(series_.size(), std::move(own), std::move(readers), store.helpers());
}

SeriesGroups::~SeriesGroups() = default;

bool SeriesGroups::next(std::string_view& tags, ArrowArray* rows) {
  ScanRun run;
  if (!runs_ || !runs_->next(run)) {
    runs_.reset();
    cores_.reset();
    return false;
  }
  tags = names_.of(run.series);
  *rows = run.rows;
  return true;
}

}  // namespace tickwork::lmdb
