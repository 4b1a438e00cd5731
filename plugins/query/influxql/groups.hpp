// SPDX-License-Identifier: MIT
// The output series of one measurement: rows collected by the values of the GROUP BY tags.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <optional>

#include "plan.hpp"

namespace tickwork::query {

// Accumulators by window, in order of appearance.
class Windows {
 public:
  Accumulator& at(int64_t start);
  size_t size() const { return starts_.size(); }
  std::vector<size_t> in_order() const;
  int64_t start(size_t i) const { return starts_[i]; }
  const Accumulator& state(size_t i) const { return states_[i]; }

 private:
  std::vector<int64_t> starts_;
  std::vector<Accumulator> states_;
  boost::unordered_flat_map<int64_t, size_t> index_;
  size_t last_ = 0;
};

struct CallState {
  Windows windows;
  Samples samples;
  std::optional<Outs> reduced;  // by the storage: a value a window, ascending
};

struct Group {
  Tags tags;                     // the dimensions, in key order
  std::vector<CallState> calls;  // as Plan::calls
  std::vector<RunPtr> runs;      // raw queries
};

// Sorts a measurement's runs into groups and feeds the functions.
class Groups {
 public:
  explicit Groups(const Plan& plan) : plan_{plan} {}
  void add(const RunPtr& run);
  Group& at(const std::vector<std::string>& values);  // the group of these values of the dimensions
  std::map<std::vector<std::string>, Group>& all() { return groups_; }

 private:
  Group& group_of(const Run& run);
  void feed(Group& group, const RunPtr& run);
  void feed_windows(const Call& call, CallState& state, const RunPtr& run);
  void feed_samples(const Call& call, CallState& state, const RunPtr& run);

  const Plan& plan_;
  std::map<std::vector<std::string>, Group> groups_;
  const SeriesTags* last_tags_ = nullptr;
  Group* last_group_ = nullptr;
  std::shared_ptr<const SeriesTags> held_;
};

// The values of one call in a finished group, in the query's direction, without those outside of
// the range that only served a transformation.
Outs finish_call(const Plan& plan, const Call& call, CallState& state);

}  // namespace tickwork::query
