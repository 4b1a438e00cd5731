// SPDX-License-Identifier: MIT
#include "groups.hpp"

#include <algorithm>

#include "row_maker.hpp"

namespace tickwork::query {

namespace {

constexpr int64_t most_windows = 20'000'000;

bool outside(const Run& run, size_t row, int64_t min) { return run.times[row] < min; }

// The range that a call reads: extended for transformations of windows.
int64_t first_time(const Plan& plan, const Call& call) {
  if (!plan.windowed() || !plan.ascending() || plan.min <= min_time) return plan.min;
  return plan.min - call.extra_windows * plan.checked.interval.duration;
}

// A subquery's row may have the start of a window as its time, which the range begins in.
int64_t first_row_time(const Plan& plan, const Call& call, const Run& run) {
  const int64_t first = first_time(plan, call);
  if (!run.every_row || first <= min_time) return first;
  return plan.windowed() ? plan.checked.interval.window(first, plan.zone).start : min_time;
}

int64_t last_time(const Plan& plan, const Call& call) {
  if (!plan.windowed() || plan.ascending() || plan.max >= max_time) return plan.max;
  return plan.max + call.extra_windows * plan.checked.interval.duration;
}

int64_t whole_range_start(const Plan& plan) { return plan.min <= min_time ? 0 : plan.min; }

void sort_samples(Samples& samples) {
  auto earlier = [](const Sample& a, const Sample& b) { return a.time < b.time; };
  if (!std::is_sorted(samples.begin(), samples.end(), earlier)) {
    std::stable_sort(samples.begin(), samples.end(), earlier);
  }
}

Outs from_windows(const Plan& plan, const Call& call, const CallState& state) {
  Outs out;
  for (size_t i : state.windows.in_order()) {
    const Accumulator& a = state.windows.state(i);
    if (a.count == 0) continue;
    int64_t time = state.windows.start(i);
    if (!plan.windowed()) time = plan.selects_point ? a.time : whole_range_start(plan);
    out.push_back({time, result(call.streaming, a, call.type), a.run, a.row});
  }
  return out;
}

Outs from_samples(const Plan& plan, const Call& call, const Samples& samples) {
  Outs out;
  const bool own_time =
      call.reduction == "top" || call.reduction == "bottom" || call.reduction == "sample";
  const auto in_window = [&](const Sample& s, const Window& w) {
    return plan.ascending() ? s.time < w.end : s.time >= w.start;
  };
  for (size_t begin = 0, end = 0; begin < samples.size(); begin = end) {
    Window window{whole_range_start(plan), max_time};
    end = samples.size();
    if (plan.windowed()) {
      window = plan.checked.interval.window(samples[begin].time, plan.zone);
      end = begin;
      while (end < samples.size() && in_window(samples[end], window)) ++end;
    }
    for (Out& o : reduce_window(call.parameters, samples, begin, end)) {
      bool keep = own_time || (!plan.windowed() && plan.selects_point);
      if (!keep) o.time = window.start;
      out.push_back(std::move(o));
    }
  }
  return out;
}

Outs raw_samples(const Samples& samples) {
  Outs out;
  out.reserve(samples.size());
  for (const Sample& s : samples) out.push_back({s.time, s.value, s.run, s.row});
  return out;
}

// The number as the function's own type has it: in windows, text is empty and booleans are false.
Value fill_number(const Plan& plan, const Call& call) {
  if (call.reduced == DataType::string) return Value::of(std::string_view());
  if (call.reduced == DataType::boolean) return Value::of(false);
  return number_in_place_of(plan.select, call.reduced);
}

Filling filling(const Plan& plan, const Call& call) {
  Filling out;
  out.fill = plan.select.fill;
  if (out.fill == influxql::Fill::number) out.number = fill_number(plan, call);
  out.counts = call.reduction == "count" && !plan.subquery;
  out.ascending = plan.ascending();
  out.min = first_time(plan, call);
  out.max = last_time(plan, call);
  return out;
}

void guard_windows(const Plan& plan, const Filling& f, const Outs& outs) {
  if (outs.empty() || f.fill == influxql::Fill::none) return;
  int64_t from = f.min <= min_time ? outs.front().time : f.min;
  int64_t to = f.max >= max_time ? outs.back().time : f.max;
  int64_t n = to / plan.checked.interval.duration - from / plan.checked.interval.duration;
  if (std::abs(n) <= most_windows) return;
  throw StatementError("max-select-buckets limit exceeded: (" + std::to_string(std::abs(n)) + "/" +
                       std::to_string(most_windows) + ")");
}

// The call's values before fill and transformations, in the query's direction.
Outs reduced(const Plan& plan, const Call& call, CallState& state) {
  Outs out;
  sort_samples(state.samples);
  if (state.reduced) {
    out = std::move(*state.reduced);
  } else if (call.streaming != Streaming::none) {
    out = from_windows(plan, call, state);
  } else if (call.reduction.empty()) {
    out = raw_samples(state.samples);
  } else if (call.reduction == "integral") {
    out = integrate(state.samples, call.unit, plan.checked.interval, plan.zone,
                    whole_range_start(plan));
  } else {
    if (!plan.ascending()) std::reverse(state.samples.begin(), state.samples.end());
    return from_samples(plan, call, state.samples);
  }
  if (!plan.ascending()) std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

Accumulator& Windows::at(int64_t start) {
  if (last_ < starts_.size() && starts_[last_] == start) return states_[last_];
  if (last_ + 1 < starts_.size() && starts_[last_ + 1] == start) return states_[++last_];
  auto [found, added] = index_.try_emplace(start, starts_.size());
  if (added) {
    starts_.push_back(start);
    states_.emplace_back();
  }
  return states_[last_ = found->second];
}

std::vector<size_t> Windows::in_order() const {
  std::vector<size_t> out(starts_.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = i;
  std::sort(out.begin(), out.end(), [&](size_t a, size_t b) { return starts_[a] < starts_[b]; });
  return out;
}

Group& Groups::at(const std::vector<std::string>& values) {
  auto [at, added] = groups_.try_emplace(values);
  if (added) {
    for (size_t i = 0; i < values.size(); ++i) {
      at->second.tags.emplace_back(plan_.dimensions[i], values[i]);
    }
    at->second.calls.resize(plan_.calls.size());
  }
  return at->second;
}

Group& Groups::group_of(const Run& run) {
  if (last_tags_ == run.tags.get() && last_group_) return *last_group_;
  std::vector<std::string> key;
  for (const std::string& d : plan_.dimensions) key.emplace_back(run.tags->value(d));
  held_ = run.tags;
  last_tags_ = held_.get();
  return *(last_group_ = &at(key));
}

void Groups::add(const RunPtr& run) {
  Group& group = group_of(*run);
  if (plan_.raw()) {
    group.runs.push_back(run);
  } else {
    feed(group, run);
  }
}

void Groups::feed(Group& group, const RunPtr& run) {
  for (size_t i = 0; i < plan_.calls.size(); ++i) {
    const Call& call = plan_.calls[i];
    if (call.type == DataType::unknown) continue;
    if (call.whole_window()) {
      feed_samples(call, group.calls[i], run);
    } else {
      feed_windows(call, group.calls[i], run);
    }
  }
}

void Groups::feed_samples(const Call& call, CallState& state, const RunPtr& run) {
  const Column& column = run->columns[call.column];
  int64_t min = first_row_time(plan_, call, *run), max = last_time(plan_, call);
  for (size_t i = 0; i < run->rows; ++i) {
    if (!run->has_row(i) || !column.has(i)) continue;
    if (outside(*run, i, min) || run->times[i] > max) continue;
    state.samples.push_back({run->times[i], column.at(i), run, static_cast<uint32_t>(i)});
  }
}

void Groups::feed_windows(const Call& call, CallState& state, const RunPtr& run) {
  const Column& column = run->columns[call.column];
  const bool keep = plan_.selects_point && plan_.checked.has_columns;
  size_t begin = static_cast<size_t>(
      std::lower_bound(run->times, run->times + run->rows, first_row_time(plan_, call, *run)) -
      run->times);
  size_t stop = static_cast<size_t>(
      std::upper_bound(run->times, run->times + run->rows, last_time(plan_, call)) - run->times);
  if (!plan_.windowed()) {
    if (begin < stop) {
      accumulate(call.streaming, state.windows.at(0), run, column, begin, stop, keep);
    }
    return;
  }
  while (begin < stop) {
    Window window = plan_.checked.interval.window(run->times[begin], plan_.zone);
    size_t end = begin + 1;
    while (end < stop && run->times[end] < window.end) ++end;
    accumulate(call.streaming, state.windows.at(window.start), run, column, begin, end, keep);
    begin = end;
  }
}

Outs finish_call(const Plan& plan, const Call& call, CallState& state) {
  Outs out = reduced(plan, call, state);
  if (plan.windowed() && call.fills()) {
    Filling f = filling(plan, call);
    guard_windows(plan, f, out);
    out = fill_windows(f, plan.checked.interval, plan.zone, out);
  }
  for (const Transformation& t : call.around) out = transform(t, out);
  return out;
}

}  // namespace tickwork::query
