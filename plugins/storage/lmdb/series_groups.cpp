// SPDX-License-Identifier: MIT
#include "series_groups.hpp"

#include <utility>

namespace tickwork::lmdb {

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

SeriesGroups::SeriesGroups(ScanPlan& plan, const BucketRequest& request, Store& store)
    : named_(plan.named) {
  const size_t series = plan.count();
  cores_.emplace(store.spare_cores(), series / ReadAhead::series_a_helper);
  std::vector<std::unique_ptr<RunReader>> readers;
  for (auto& buckets : readers_of(plan, cores_->count(), request, store.damage_report())) {
    readers.push_back(std::make_unique<Reader>(named_->ids(), std::move(buckets), request));
  }
  std::unique_ptr<RunReader> own = std::move(readers.back());
  readers.pop_back();
  runs_.emplace(series, std::move(own), std::move(readers), store.helpers());
}

SeriesGroups::~SeriesGroups() = default;

bool SeriesGroups::next(std::string_view& tags, ArrowArray* rows) {
  ScanRun run;
  if (!runs_ || !runs_->next(run)) {
    runs_.reset();
    cores_.reset();
    return false;
  }
  tags = named_->name(run.series);
  *rows = run.rows;
  return true;
}

}  // namespace tickwork::lmdb
