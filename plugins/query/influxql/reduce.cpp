// SPDX-License-Identifier: MIT
#include "reduce.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>

#include "go_sort.hpp"

namespace tickwork::query {

namespace {

// Calls f(row, value) for every selected row of [begin, end) that has a value.
template <class T, class F>
void each(const Run& run, const Column& column, size_t begin, size_t end, F&& f) {
  const T* items = column.items<T>();
  bool dense = !column.valid && run.selected.empty();
  for (size_t i = begin; i < end; ++i) {
    if (dense || (run.has_row(i) && column.has(i))) f(i, items[i]);
  }
}

template <class F>
void each_value(const Run& run, const Column& column, size_t begin, size_t end, F&& f) {
  for (size_t i = begin; i < end; ++i) {
    if (run.has_row(i) && column.has(i)) f(i, column.at(i));
  }
}

bool plain(const Column& c, DataType type) { return !c.values && !c.fixed && c.type == type; }

void count_rows(Accumulator& state, const Run& run, const Column& column, size_t begin,
                size_t end) {
  if (!column.values && !column.fixed && !column.valid && run.selected.empty() &&
      column.type != DataType::unknown) {
    state.count += static_cast<int64_t>(end - begin);
    return;
  }
  for (size_t i = begin; i < end; ++i) state.count += run.has_row(i) && column.has(i);
}

// mean keeps the sum as InfluxDB has it: the mean of each series times its count.
void sum(Streaming function, Accumulator& state, const Run& run, const Column& column, size_t begin,
         size_t end) {
  int64_t n = 0;
  double total = 0;
  uint64_t whole = 0;
  auto add = [&](size_t, const Value& v) {
    ++n;
    if (v.type == DataType::float_) {
      total += v.f;
    } else {
      whole += v.type == DataType::integer ? static_cast<uint64_t>(v.i) : v.u;
    }
  };
  if (plain(column, DataType::float_)) {
    each<double>(run, column, begin, end, [&](size_t, double v) { ++n, total += v; });
  } else if (plain(column, DataType::integer)) {
    each<int64_t>(run, column, begin, end,
                  [&](size_t, int64_t v) { ++n, whole += static_cast<uint64_t>(v); });
  } else {
    each_value(run, column, begin, end, add);
  }
  if (n == 0) return;
  state.count += n;
  state.whole = static_cast<int64_t>(static_cast<uint64_t>(state.whole) + whole);
  if (function == Streaming::mean) {
    total += static_cast<double>(static_cast<int64_t>(whole));
    double count = static_cast<double>(n);
    if (n >= 2) total = total / count * count;
  }
  state.sum += total;
}

// Whether a new point beats the one that is held.
bool better(Streaming function, const Accumulator& state, int64_t time, const Value& v) {
  if (state.count == 0) return true;
  int c = 0;
  switch (function) {
    case Streaming::first:
      // Of equal times the greater value counts, but false before true.
      c = compare(v, state.low) * (v.type == DataType::boolean ? -1 : 1);
      return time < state.time || (time == state.time && c > 0);
    case Streaming::last:
      return time > state.time || (time == state.time && compare(v, state.low) > 0);
    case Streaming::min:
      c = -compare(v, state.low);
      break;
    default:
      c = compare(v, state.low);
      break;
  }
  return c > 0 || (c == 0 && time < state.time);
}

void select(Streaming function, Accumulator& state, const RunPtr& run, size_t row, const Value& v,
            bool keep_point) {
  if (!better(function, state, run->times[row], v)) return;
  state.count = 1;
  state.low = v;
  state.time = run->times[row];
  state.row = static_cast<uint32_t>(row);
  // Text lives in the run, so that must stay too.
  if ((keep_point || v.type == DataType::string) && state.run != run) state.run = run;
}

void select_all(Streaming function, Accumulator& state, const RunPtr& run, const Column& column,
                size_t begin, size_t end, bool keep_point) {
  const bool only_ends = function == Streaming::first || function == Streaming::last;
  auto offer = [&](size_t i) {
    if (!run->has_row(i) || !column.has(i)) return false;
    select(function, state, run, i, column.at(i), keep_point);
    return true;
  };
  // A run is in time order, so its first or last value decides.
  if (only_ends && function == Streaming::first) {
    for (size_t i = begin; i < end; ++i) {
      if (offer(i) && (i + 1 == end || run->times[i + 1] != run->times[i])) return;
    }
  } else if (only_ends) {
    for (size_t i = end; i-- > begin;) {
      if (offer(i) && (i == begin || run->times[i - 1] != run->times[i])) return;
    }
  } else if (plain(column, DataType::float_) || plain(column, DataType::integer)) {
    size_t best = end;
    auto scan = [&](auto tag) {
      using T = decltype(tag);
      T value{};
      each<T>(*run, column, begin, end, [&](size_t i, T v) {
        if (best != end && !(function == Streaming::max ? v > value : v < value)) return;
        best = i;
        value = v;
      });
    };
    if (column.type == DataType::float_) {
      scan(double{});
    } else {
      scan(int64_t{});
    }
    if (best != end) offer(best);
  } else {
    for (size_t i = begin; i < end; ++i) offer(i);
  }
}

void widen(Accumulator& state, const Run& run, const Column& column, size_t begin, size_t end) {
  each_value(run, column, begin, end, [&](size_t, const Value& v) {
    if (state.count++ == 0) {
      state.low = state.high = v;
      return;
    }
    if (compare(v, state.low) < 0) state.low = v;
    if (compare(v, state.high) > 0) state.high = v;
  });
}

Out point(const Sample& s) { return {s.time, s.value, s.run, s.row}; }

Out value_only(const Sample& first, Value v) { return {first.time, v, nullptr, 0}; }

std::vector<size_t> as_given(size_t begin, size_t end) {
  std::vector<size_t> order(end - begin);
  std::iota(order.begin(), order.end(), begin);
  return order;
}

std::vector<size_t> by_value(const Samples& samples, size_t begin, size_t end) {
  std::vector<size_t> order = as_given(begin, end);
  const auto less = [&](size_t a, size_t b) {
    return compare(samples[order[a]].value, samples[order[b]].value) < 0;
  };
  GoSort(less, [&](size_t a, size_t b) { std::swap(order[a], order[b]); }).sort(order.size());
  return order;
}

Value median(const Samples& samples, const std::vector<size_t>& order) {
  const Value& high = samples[order[order.size() / 2]].value;
  if (order.size() % 2 == 1) return Value::of(high.number());
  const Value& low = samples[order[order.size() / 2 - 1]].value;
  if (high.type == DataType::integer) {
    return Value::of(low.number() + static_cast<double>(high.i - low.i) / 2);
  }
  return Value::of(low.number() + (high.number() - low.number()) / 2);
}

Value stddev(const Samples& samples, size_t begin, size_t end) {
  double mean = 0, variance = 0, n = 0;
  for (size_t i = begin; i < end; ++i) mean += (samples[i].value.number() - mean) / ++n;
  for (size_t i = begin; i < end; ++i) {
    variance += std::pow(samples[i].value.number() - mean, 2);
  }
  return n < 2 ? Value{} : Value::of(std::sqrt(variance / (n - 1)));
}

// The walk over sorted values that InfluxDB does, since its ties follow from it: a value counts
// from its second occurrence on, except the smallest; equal counts go to the value first seen
// earlier.
Outs mode(const Samples& samples, size_t begin, size_t end) {
  std::vector<size_t> order = by_value(samples, begin, end);
  size_t best = order[0], current = order[0];
  size_t best_count = 0, count = 0;
  int64_t best_time = samples[best].time;
  for (size_t i : order) {
    if (!same(samples[i].value, samples[current].value)) {
      count = 1;
      current = i;
      continue;
    }
    ++count;
    bool later = best_count == count && samples[current].time > best_time;
    if (best_count > count || later) continue;
    best_count = count;
    best = i;
    best_time = samples[i].time;
  }
  return {{samples[begin].time, samples[best].value, samples[best].run, 0}};
}

Outs percentile(const Samples& samples, const std::vector<size_t>& order, double p) {
  double n = static_cast<double>(order.size());
  double index = std::floor(n * p / 100 + 0.5) - 1;
  if (index < 0 || index >= n) return {};
  return {point(samples[order[static_cast<size_t>(index)]])};
}

Outs distinct(const Samples& samples, size_t begin, size_t end) {
  auto less = [](const Value& a, const Value& b) { return compare(a, b) < 0; };
  std::map<Value, size_t, decltype(less)> seen(less);
  for (size_t i = begin; i < end; ++i) seen.emplace(samples[i].value, i);
  std::vector<size_t> order;
  for (auto& [value, i] : seen) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (samples[a].time != samples[b].time) return samples[a].time < samples[b].time;
    return compare(samples[a].value, samples[b].value) < 0;
  });
  Outs out;
  for (size_t i : order) out.push_back(point(samples[i]));
  return out;
}

// The best n, better values first, then earlier ones; answered in time order.
Outs top(const Parameters& p, const Samples& samples, size_t begin, size_t end) {
  int sign = p.function == "top" ? 1 : -1;
  std::vector<size_t> order = as_given(begin, end);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    int c = compare(samples[a].value, samples[b].value) * sign;
    return c != 0 ? c > 0 : samples[a].time < samples[b].time;
  });
  if (!p.by.empty()) {
    std::map<std::string, bool> taken;
    std::erase_if(order, [&](size_t i) {
      std::string key;
      for (size_t column : p.by) {
        Value v = samples[i].run->columns[column].at(samples[i].row);
        key.append(v.s).push_back('\0');
      }
      return !taken.emplace(key, true).second;
    });
  }
  if (order.size() > static_cast<size_t>(p.count)) order.resize(static_cast<size_t>(p.count));
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return samples[a].time < samples[b].time; });
  Outs out;
  for (size_t i : order) out.push_back(point(samples[i]));
  return out;
}

// Reservoir sampling (Vitter 1985, algorithm R).
Outs sample(const Samples& samples, size_t begin, size_t end, int64_t n) {
  std::minstd_rand random{std::random_device{}()};
  std::vector<size_t> kept;
  for (size_t i = begin; i < end; ++i) {
    if (kept.size() < static_cast<size_t>(n)) {
      kept.push_back(i);
      continue;
    }
    size_t at = std::uniform_int_distribution<size_t>(0, i - begin)(random);
    if (at < kept.size()) kept[at] = i;
  }
  std::sort(kept.begin(), kept.end());
  Outs out;
  for (size_t i : kept) out.push_back(point(samples[i]));
  return out;
}

}  // namespace

Streaming streaming_function(std::string_view name) {
  if (name == "count") return Streaming::count;
  if (name == "sum") return Streaming::sum;
  if (name == "mean") return Streaming::mean;
  if (name == "min") return Streaming::min;
  if (name == "max") return Streaming::max;
  if (name == "first") return Streaming::first;
  if (name == "last") return Streaming::last;
  if (name == "spread") return Streaming::spread;
  return Streaming::none;
}

bool takes(std::string_view f, DataType type) {
  if (type == DataType::float_ || type == DataType::integer || type == DataType::unsigned_) {
    return true;
  }
  if (f == "count" || f == "first" || f == "last" || f == "distinct" || f == "mode" ||
      f == "sample" || f == "elapsed") {
    return true;
  }
  return type == DataType::boolean && (f == "min" || f == "max");
}

void accumulate(Streaming function, Accumulator& state, const RunPtr& run, const Column& column,
                size_t begin, size_t end, bool keep_point) {
  switch (function) {
    case Streaming::count:
      return count_rows(state, *run, column, begin, end);
    case Streaming::sum:
    case Streaming::mean:
      return sum(function, state, *run, column, begin, end);
    case Streaming::spread:
      return widen(state, *run, column, begin, end);
    default:
      return select_all(function, state, run, column, begin, end, keep_point);
  }
}

Value result(Streaming function, const Accumulator& state, DataType type) {
  switch (function) {
    case Streaming::count:
      return Value::of(state.count);
    case Streaming::sum:
      if (type == DataType::integer) return Value::of(state.whole);
      if (type == DataType::unsigned_) return Value::of(static_cast<uint64_t>(state.whole));
      return Value::of(state.sum);
    case Streaming::mean:
      return Value::of(state.sum / static_cast<double>(state.count));
    case Streaming::spread:
      return apply(Op::sub, state.high, state.low);
    default:
      return state.low;
  }
}

Outs reduce_window(const Parameters& p, const Samples& samples, size_t begin, size_t end) {
  const std::string& f = p.function;
  if (begin == end) return {};
  if (f == "median") {
    return {value_only(samples[begin], median(samples, by_value(samples, begin, end)))};
  }
  if (f == "stddev") return {value_only(samples[begin], stddev(samples, begin, end))};
  if (f == "mode") return mode(samples, begin, end);
  if (f == "percentile") return percentile(samples, by_value(samples, begin, end), p.number);
  if (f == "distinct") return distinct(samples, begin, end);
  if (f == "top" || f == "bottom") return top(p, samples, begin, end);
  if (f == "sample") return sample(samples, begin, end, p.count);
  if (f == "count distinct") {
    auto n = static_cast<int64_t>(distinct(samples, begin, end).size());
    return {value_only(samples[begin], Value::of(n))};
  }
  return {};
}

Outs integrate(const Samples& samples, int64_t unit, const Interval& interval, const Zone& zone,
               int64_t start) {
  Outs out;
  Window window{start, max_time};
  double total = 0, before = 0;
  int64_t before_time = 0;
  bool begun = false;
  for (const Sample& s : samples) {
    double value = s.value.number();
    if (!begun) {
      if (!interval.none()) window = interval.window(s.time, zone);
      begun = true;
    } else if (s.time != before_time) {
      if (!interval.none() && s.time >= window.end) {
        if (before_time != window.end) {
          double slope = (value - before) / static_cast<double>(s.time - before_time);
          double edge = slope * static_cast<double>(window.end - before_time) + before;
          total += 0.5 * (edge + before) * static_cast<double>(window.end - before_time) /
                   static_cast<double>(unit);
          before = edge;
          before_time = window.end;
        }
        out.push_back({window.start, Value::of(total), nullptr, 0});
        window = interval.window(s.time, zone);
        total = 0;
      }
      total += 0.5 * (value + before) *
               (static_cast<double>(s.time - before_time) / static_cast<double>(unit));
    }
    before = value;
    before_time = s.time;
  }
  if (begun) out.push_back({window.start, Value::of(total), nullptr, 0});
  return out;
}

}  // namespace tickwork::query
