// SPDX-License-Identifier: MIT
// The rows of a raw query over one measurement, group by group and in each by time, in bounded
// memory. A pass scans the storage and spools what comes first in the answer; when that is given
// out, the next pass reads on from there. No scan is open while the client reads.
#pragma once

#include <span>

#include "reading.hpp"
#include "spool.hpp"

namespace tickwork::query {

class RawReader {
 public:
  // All must outlive it. budget: bytes that the rows may take at a time.
  RawReader(Session& session, const Plan& plan, const Input& input, size_t budget);

  // The next group that has rows within OFFSET; what is left of the one before is skipped.
  bool next_group();
  const GroupKey& group() const { return group_; }
  // The next rows of the group, at most so many, until the next call; empty at its end or LIMIT.
  std::span<const Spool::Ref> next_rows(size_t most);
  // Whether it is known already that the group has no further rows.
  bool group_done() const;

  const Spool& spool() const { return *spool_; }  // once there is a group
  // Of Plan::columns, as the storage has them; once there is a group.
  const std::vector<DataType>& types() const { return spool_->types(); }

 private:
  struct Extent {  // of a group
    uint64_t rows = 0;
    int64_t first = INT64_MAX, last = INT64_MIN;  // keys
  };
  using Extents = std::map<GroupKey, Extent, GroupOrder>;

  bool next_pass();
  bool read_on();
  void survey();
  bool read_groups(Extents::iterator begin);
  void read_step(const Extents::iterator& group);
  void scan(Reading reading, std::optional<Position> until);
  void take(const RunPtr& run);
  void pick(const Run& run);
  void count(const GroupKey& group, const Run& run);
  bool more();
  void find_group_end();
  void restrict_times(Reading& reading, int64_t from, int64_t until) const;

  Session& session_;
  const Plan& plan_;
  const Input& input_;
  Reading reading_;
  size_t budget_;
  bool descending_;
  size_t offset_, limit_;  // of a group

  std::optional<Spool> spool_;
  Extents extents_;
  bool truncated_ = false;  // there are groups behind those of extents_
  bool begun_ = false, surveying_ = false, done_ = false;
  std::optional<Position> next_;  // where the next pass begins
  GroupKey step_group_;           // of the last step within a group, and its width
  int64_t width_ = 0;
  double row_bytes_ = 100;  // as the last pass had them

  GroupKey group_, run_group_;
  std::shared_ptr<const SeriesTags> run_tags_;
  std::vector<uint32_t> picked_;
  size_t at_ = 0, group_end_ = 0, left_ = 0;  // in the spool's order
};

}  // namespace tickwork::query
