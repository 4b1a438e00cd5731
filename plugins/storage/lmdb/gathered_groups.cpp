// SPDX-License-Identifier: MIT
#include "gathered_groups.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <span>
#include <system_error>

namespace tickwork::lmdb {
namespace {

// Parts of the series, taken and read by several threads, put together in their order.
class Parts {
 public:
  Parts(std::span<const FoundSeries> series, const BucketRequest& request, Groups& into)
      : series_(series), request_(request), into_(into) {}

  static size_t count(size_t series) { return (series + series_a_part - 1) / series_a_part; }

  void work(BucketReader& reader) {
    const size_t parts = count(series_.size());
    for (size_t part = next_++; part < parts; part = next_++) {
      const size_t begin = part * series_a_part;
      const size_t size = std::min(series_a_part, series_.size() - begin);
      put(part, reader.read(series_.subspan(begin, size), begin));
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

GatheredGroups::GatheredGroups(ScanPlan& plan, const BucketRequest& request, Store& store)
    : request_(request),
      threads_(store.helpers()),
      series_(std::move(plan.series)),
      rows_(request) {
  const size_t further = std::max(Parts::count(series_.size()), size_t{1}) - 1;
  cores_.emplace(store.spare_cores(), further);
  readers_ = readers_of(plan, cores_->count(), request, store.damage_report());
}

void GatheredGroups::read() {
  Parts parts(series_, request_, groups_);
  std::vector<RunningTask> working;  // whoever leaves waits for them
  try {
    for (size_t i = 0; i + 1 < readers_.size(); ++i) {
      working.push_back(
          threads_.run([&parts, reader = readers_[i].get()] { parts.work(*reader); }));
    }
  } catch (const std::system_error&) {  // no more threads; it goes without
  }
  parts.work(*readers_.back());
  for (auto& work : working) work.get();
  order_ = groups_.in_order();
}

bool GatheredGroups::next(std::string_view& tags, ArrowArray* rows) {
  if (!readers_.empty()) {
    read();
    readers_.clear();
    cores_.reset();
    series_ = {};
  }
  if (next_ == order_.size()) return false;
  GroupBuckets& group = *order_[next_++];
  tags = group.tags;
  rows_.make(group, rows);
  return true;
}

}  // namespace tickwork::lmdb
