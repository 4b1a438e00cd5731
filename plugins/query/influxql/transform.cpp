// SPDX-License-Identifier: MIT
#include "transform.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>

#include "holt_winters.hpp"
#include "technical.hpp"

namespace tickwork::query {

using influxql::Fill;

namespace {

Outs without_nulls(const Outs& in) {
  Outs out;
  for (const Out& o : in) {
    if (!o.value.null()) out.push_back(o);
  }
  return out;
}

// f(before, now) for successive points; points at the time of the one before are passed over.
template <class F>
Outs pairs(const Outs& in, F f) {
  Outs out;
  const Out* before = nullptr;
  for (const Out& now : in) {
    if (before && before->time == now.time) continue;
    if (before) {
      Value v = f(*before, now);
      if (!v.null()) out.push_back({now.time, v, nullptr, 0});
    }
    before = &now;
  }
  return out;
}

Outs derivative(const Transformation& t, const Outs& in) {
  bool positive_only = t.function == "non_negative_derivative";
  return pairs(in, [&](const Out& a, const Out& b) {
    double difference = apply(Op::sub, b.value, a.value).number();
    int64_t elapsed = t.ascending ? b.time - a.time : a.time - b.time;
    if (positive_only && difference < 0) return Value{};
    return Value::of(difference / (static_cast<double>(elapsed) / static_cast<double>(t.unit)));
  });
}

Outs difference(const Transformation& t, const Outs& in) {
  bool positive_only = t.function == "non_negative_difference";
  return pairs(in, [&](const Out& a, const Out& b) {
    Value v = apply(Op::sub, b.value, a.value);
    return positive_only && compare(v, Value::of(int64_t{0})) < 0 ? Value{} : v;
  });
}

Outs elapsed(const Transformation& t, const Outs& in) {
  Outs out;
  for (size_t i = 1; i < in.size(); ++i) {
    out.push_back({in[i].time, Value::of((in[i].time - in[i - 1].time) / t.unit), nullptr, 0});
  }
  return out;
}

Outs cumulative_sum(const Outs& in) {
  Outs out;
  Value total;
  for (const Out& o : in) {
    total = total.null() ? o.value : apply(Op::add, total, o.value);
    out.push_back({o.time, total, nullptr, 0});
  }
  return out;
}

// The sum is carried along, as InfluxDB does, so that its rounding is the same.
Outs moving_average(const Transformation& t, const Outs& in) {
  Outs out;
  std::deque<Value> window;
  Value sum;
  for (const Out& o : in) {
    if (window.size() == t.n) {
      sum = apply(Op::sub, sum, window.front());
      window.pop_front();
    }
    sum = sum.null() ? o.value : apply(Op::add, sum, o.value);
    window.push_back(o.value);
    if (window.size() < t.n) continue;
    out.push_back({o.time, Value::of(sum.number() / static_cast<double>(t.n)), nullptr, 0});
  }
  return out;
}

// Walks the starts of windows, following changes of the zone's clock.
class WindowStarts {
 public:
  WindowStarts(const Filling& f, const Interval& interval, const Zone& zone, int64_t first)
      : ascending_{f.ascending},
        interval_{interval},
        zone_{zone},
        time_{first},
        offset_{zone.offset_at(first)} {}
  int64_t time() const { return time_; }
  void advance() {
    time_ += ascending_ ? interval_.duration : -interval_.duration;
    if (zone_.utc()) return;
    int64_t offset = zone_.offset_at(time_ - 1);
    if (offset == offset_) return;
    if (std::abs(offset_ - offset) < interval_.duration) time_ += offset_ - offset;
    offset_ = offset;
  }

 private:
  bool ascending_;
  const Interval& interval_;
  const Zone& zone_;
  int64_t time_, offset_;
};

Value linear(const Interval& interval, int64_t time, const Out& before, const Out& after) {
  if (!before.value.numeric() || !after.value.numeric()) return {};
  int64_t d = interval.duration;
  double span = static_cast<double>(after.time / d - before.time / d);
  double x = static_cast<double>(time / d - before.time / d);
  double slope = apply(Op::sub, after.value, before.value).number() / span;
  return cast(Value::of(slope * x + before.value.number()), before.value.type);
}

}  // namespace

bool is_transformation(std::string_view f) {
  static constexpr std::array<std::string_view, 7> all = {
      "derivative", "non_negative_derivative", "difference",    "non_negative_difference",
      "elapsed",    "moving_average",          "cumulative_sum"};
  return std::find(all.begin(), all.end(), f) != all.end() || is_technical(f) || is_holt_winters(f);
}

Outs transform(const Transformation& t, const Outs& given) {
  Outs in = without_nulls(given);
  if (t.function == "elapsed") return elapsed(t, in);
  if (is_technical(t.function)) return technical(t, in);
  if (is_holt_winters(t.function)) return holt_winters(t, in);
  if (t.function == "cumulative_sum") return cumulative_sum(in);
  if (t.function == "moving_average") return moving_average(t, in);
  if (t.function == "difference" || t.function == "non_negative_difference") {
    return difference(t, in);
  }
  return derivative(t, in);
}

Outs fill_windows(const Filling& f, const Interval& interval, const Zone& zone, const Outs& in) {
  if (in.empty() || f.fill == Fill::none) return in;
  int64_t from = f.ascending ? f.min : f.max, to = f.ascending ? f.max : f.min;
  bool open = f.ascending && f.min <= min_time;
  int64_t first = open ? in[0].time : interval.window(from, zone).start;
  bool bounded = f.ascending ? true : to > min_time;
  int64_t last = bounded ? interval.window(to, zone).start : in.back().time;
  bool zero = f.counts && f.fill == Fill::null;
  Value number = zero ? Value::of(int64_t{0}) : f.fill == Fill::number ? f.number : Value{};

  Outs out;
  WindowStarts steps(f, interval, zone, first);
  const Out* before = nullptr;
  size_t next = 0;
  auto passed = [&](int64_t t) { return f.ascending ? t > last : t < last; };
  while (next < in.size() || !passed(steps.time())) {
    bool here = next < in.size() &&
                (f.ascending ? in[next].time <= steps.time() : in[next].time >= steps.time());
    if (here) {
      out.push_back(in[next]);
      before = &in[next++];
    } else {
      Out made{steps.time(), number, nullptr, 0};
      if (f.fill == Fill::previous && before) made.value = before->value;
      if (f.fill == Fill::linear && before && next < in.size()) {
        made.value = linear(interval, made.time, *before, in[next]);
      }
      out.push_back(made);
    }
    steps.advance();
  }
  return out;
}

}  // namespace tickwork::query
