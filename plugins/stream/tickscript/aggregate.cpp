// SPDX-License-Identifier: MIT
// The InfluxQL nodes: one result a batch (aggregates, selectors), batches of points (distinct, top,
// bottom), and transforms that go from point to point.
#include <algorithm>
#include <cmath>
#include <deque>

#include "nodes.hpp"
#include "script.hpp"

namespace tickwork::stream {
namespace {

const std::vector<std::string> aggregates{"count", "sum",    "mean",  "median",
                                          "mode",  "spread", "stddev"};
const std::vector<std::string> selectors{"first", "last", "min", "max", "percentile"};
const std::vector<std::string> batches{"distinct", "top", "bottom"};
const std::vector<std::string> transforms{"elapsed", "difference", "movingAverage",
                                          "cumulativeSum"};

bool among(const std::vector<std::string>& all, const std::string& name) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

struct Sample {
  PointPtr point;
  const Value* value;
};
using Samples = std::vector<Sample>;

bool less(const Value& a, const Value& b) {
  return a.type == Type::integer && b.type == Type::integer ? a.integer < b.integer
                                                            : a.as_real() < b.as_real();
}

std::vector<double> reals(const Samples& samples) {
  std::vector<double> all;
  for (auto& s : samples) all.push_back(s.value->as_real());
  return all;
}
Samples by_value(Samples samples) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](auto& a, auto& b) { return less(*a.value, *b.value); });
  return samples;
}

bool is_integer(const Samples& s) { return s[0].value->type == Type::integer; }

Value sum(const Samples& samples) {
  if (!is_integer(samples)) {
    double total = 0;
    for (double v : reals(samples)) total += v;
    return Value::of(total);
  }
  uint64_t total = 0;  // overflow wraps
  for (auto& s : samples) total += static_cast<uint64_t>(s.value->integer);
  return Value::of(static_cast<int64_t>(total));
}
double mean(const Samples& samples) {
  double total = 0;
  for (double v : reals(samples)) total += v;
  return total / static_cast<double>(samples.size());
}
double median(const Samples& samples) {
  auto sorted = by_value(samples);
  size_t middle = sorted.size() / 2;
  if (sorted.size() % 2) return sorted[middle].value->as_real();
  return (sorted[middle - 1].value->as_real() + sorted[middle].value->as_real()) / 2;
}
double stddev(const Samples& samples) {
  if (samples.size() < 2) return 0;
  double m = mean(samples), squares = 0;
  for (double v : reals(samples)) squares += (v - m) * (v - m);
  return std::sqrt(squares / static_cast<double>(samples.size() - 1));
}
Value spread(const Samples& samples) {
  auto sorted = by_value(samples);
  const Value &low = *sorted.front().value, &high = *sorted.back().value;
  return is_integer(samples) ? Value::of(high.integer - low.integer)
                             : Value::of(high.real - low.real);
}
// The most frequent; of several the smallest, as the values come sorted.
Value mode(const Samples& samples) {
  auto sorted = by_value(samples);
  size_t best = 0, best_run = 0, run = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    run = i && !less(*sorted[i - 1].value, *sorted[i].value) ? run + 1 : 1;
    if (run > best_run) best_run = run, best = i;
  }
  return *sorted[best].value;
}

Value aggregate(const std::string& method, const Samples& s) {
  if (method == "count") return Value::of(static_cast<int64_t>(s.size()));
  if (method == "sum") return sum(s);
  if (method == "mean") return Value::of(mean(s));
  if (method == "median") return Value::of(median(s));
  if (method == "stddev") return Value::of(stddev(s));
  if (method == "spread") return spread(s);
  return mode(s);
}

const Sample* select(const std::string& method, double percent, const Samples& s, Samples& sorted) {
  auto earlier = [](auto& a, auto& b) { return a.point->time < b.point->time; };
  if (method == "first") return &*std::min_element(s.begin(), s.end(), earlier);
  if (method == "last") {
    const Sample* best = &s[0];
    for (auto& sample : s)
      if (sample.point->time >= best->point->time) best = &sample;
    return best;
  }
  auto lower = [](auto& a, auto& b) { return less(*a.value, *b.value); };
  if (method == "min") return &*std::min_element(s.begin(), s.end(), lower);
  if (method == "max") return &*std::max_element(s.begin(), s.end(), lower);
  sorted = by_value(s);
  auto n = static_cast<double>(sorted.size());
  auto rank = static_cast<int64_t>(std::floor(n * percent / 100.0 + 0.5)) - 1;  // nearest rank
  return rank < 0 || rank >= static_cast<int64_t>(n) ? nullptr : &sorted[static_cast<size_t>(rank)];
}

/// Aggregates and selectors on both edges; distinct, top and bottom.
class AggregateNode : public Node {
 public:
  AggregateNode(const std::string& method, Edge edge, const Args& args)
      : Node{method, "InfluxQLNode", edge, among(batches, method) ? Edge::batch : Edge::stream},
        method_{method},
        as_{method} {
    bool ranked = method == "top" || method == "bottom";
    if (ranked) count_ = args.integer(0);
    field_ = args.string(ranked ? 1 : 0);
    if (method == "percentile")
      percent_ = args.real(1);
    else if (!ranked)
      args.expect(1);
    property("as", as_);
    flag("usePointTimes", point_times_);
  }
  size_t groups() const override { return units_.size(); }

  void batch(const BatchPtr& b, size_t) override { reduce(*b); }

  // On a stream, points of one time form a unit that a later time completes.
  void point(const PointPtr& p, size_t) override {
    auto& unit = units_[*p->group];
    if (!unit.points.empty() && unit.tmax != p->time) {
      reduce(unit);
      unit.points.clear();
    }
    if (unit.points.empty()) {
      unit.name = p->name;
      unit.database = p->database;
      unit.retention = p->retention;
      unit.group = p->group;
      unit.tmax = p->time;
    }
    unit.points.push_back(p);
  }

 private:
  Samples samples(const Batch& b) {
    Samples found;
    for (auto& p : b.points) {
      auto* value = find(p->fields, field_);
      if (!value || value->type == Type::missing) {
        fail("missing field \"" + field_ + "\" on point");
      } else if (!accepts(*value)) {
        fail("cannot apply " + method_ + " to field " + field_ + " of type " +
             std::string{lambda::name(value->type)});
      } else if (!found.empty() && found[0].value->type != value->type) {
        fail("field " + field_ + " has wrong type: got " + go_type(*value) + " exp " +
             go_type(*found[0].value));
      } else {
        found.push_back({p, value});
      }
    }
    return found;
  }
  bool accepts(const Value& v) const {
    if (method_ == "count" || method_ == "first" || method_ == "last" || method_ == "distinct")
      return true;
    return v.is_number();
  }
  static std::string go_type(const Value& v) {
    return v.type == Type::integer ? "int64"
           : v.type == Type::real  ? "float64"
                                   : std::string{lambda::name(v.type)};
  }

  void reduce(const Batch& b) {
    Samples found = samples(b);
    if (found.empty()) {
      if (method_ == "count") emit_value(b, Value::of(int64_t{0}));
      if (method_ == "sum") emit_value(b, Value::of(0.0));
    } else if (among(selectors, method_)) {
      emit_selected(b, found);
    } else if (among(batches, method_)) {
      emit_batch(b, found);
    } else {
      emit_value(b, aggregate(method_, found));
    }
  }

  std::shared_ptr<Point> result(const Batch& b) const {
    auto p = std::make_shared<Point>();
    p->name = b.name;
    p->database = b.database;
    p->retention = b.retention;
    p->tags = b.group->tags;
    std::erase_if(p->tags, [](auto& tag) { return tag.second.empty(); });
    p->group = b.group;
    p->time = b.tmax;
    return p;
  }
  void emit_value(const Batch& b, Value value) {
    auto p = result(b);
    p->fields.emplace_back(as_, std::move(value));
    emit(PointPtr{p});
  }
  void emit_selected(const Batch& b, const Samples& found) {
    Samples sorted;
    const Sample* chosen = select(method_, percent_, found, sorted);
    if (!chosen) return;
    auto p = copy(chosen->point);
    Value value = *chosen->value;
    remove(p->fields, field_);
    put(p->fields, as_, std::move(value));
    p->group = b.group;
    if (!point_times_) p->time = b.tmax;
    emit(PointPtr{p});
  }
  void emit_batch(const Batch& b, const Samples& found) {
    auto out = std::make_shared<Batch>(b);
    out->points.clear();
    for (auto& sample : method_ == "distinct" ? distinct(found) : ranked(found)) {
      auto p = result(b);
      if (method_ != "distinct") p->tags = sample.point->tags;
      if (point_times_) p->time = sample.point->time;
      p->fields.emplace_back(as_, *sample.value);
      out->points.push_back(p);
    }
    emit(BatchPtr{out});
  }
  static Samples distinct(const Samples& found) {
    Samples out;
    for (auto& sample : found)
      if (std::none_of(out.begin(), out.end(), [&](auto& seen) {
            return value_json(*seen.value) == value_json(*sample.value);
          }))
        out.push_back(sample);
    return out;
  }
  Samples ranked(const Samples& found) const {
    Samples out = found;
    std::stable_sort(out.begin(), out.end(), [&](auto& a, auto& b) {
      return method_ == "top" ? less(*b.value, *a.value) : less(*a.value, *b.value);
    });
    if (static_cast<int64_t>(out.size()) > count_)
      out.resize(static_cast<size_t>(std::max<int64_t>(count_, 0)));
    std::stable_sort(out.begin(), out.end(),
                     [](auto& a, auto& b) { return a.point->time < b.point->time; });
    return out;
  }

  std::string method_, field_, as_;
  double percent_ = 0;
  int64_t count_ = 0;
  bool point_times_ = false;
  PerGroup<Batch> units_;
};

/// elapsed, difference, movingAverage and cumulativeSum: point in, point out.
class TransformNode : public PointwiseNode {
 public:
  TransformNode(const std::string& method, Edge edge, const Args& args)
      : PointwiseNode{method, "InfluxQLNode", edge},
        method_{method},
        field_{args.string(0)},
        as_{method} {
    if (method == "elapsed") unit_ = args.duration(1);
    if (method == "movingAverage") width_ = args.integer(1);
    property("as", as_);
    flag("usePointTimes", point_times_);
  }
  size_t groups() const override { return tracks_.size(); }

 protected:
  PointPtr map(const PointPtr& p) override {
    auto* value = find(p->fields, field_);
    if (!value || (method_ != "elapsed" && !value->is_number())) {
      fail("missing or non numeric field \"" + field_ + "\"");
      return nullptr;
    }
    Value out;
    if (!next(tracks_[*p->group], *p, *value, out)) return nullptr;
    auto result = copy(p);
    result->fields.clear();
    result->fields.emplace_back(as_, std::move(out));
    return result;
  }
  void begin_batch(const Group& group) override { tracks_[group] = {}; }

 private:
  struct Track {
    std::deque<double> window;
    Value last;
    int64_t time = 0;
  };

  bool next(Track& t, const Point& p, const Value& value, Value& out) const {
    Value last = std::exchange(t.last, value);
    int64_t time = std::exchange(t.time, p.time);
    if (method_ == "cumulativeSum") {
      if (last.type == value.type)
        t.last = value.type == Type::integer ? Value::of(last.integer + value.integer)
                                             : Value::of(last.real + value.real);
      out = t.last;
      return true;
    }
    if (method_ == "movingAverage") return average(t, value.as_real(), out);
    if (last.type == Type::missing) return false;
    if (method_ == "elapsed")
      out = Value::of(unit_ > 0 ? (p.time - time) / unit_ : p.time - time);
    else if (last.type == Type::integer && value.type == Type::integer)
      out = Value::of(value.integer - last.integer);
    else
      out = Value::of(value.as_real() - last.as_real());
    return true;
  }
  bool average(Track& t, double value, Value& out) const {
    t.window.push_back(value);
    if (static_cast<int64_t>(t.window.size()) > width_) t.window.pop_front();
    if (static_cast<int64_t>(t.window.size()) < width_) return false;
    double total = 0;
    for (double v : t.window) total += v;
    out = Value::of(total / static_cast<double>(t.window.size()));
    return true;
  }

  std::string method_, field_, as_;
  int64_t unit_ = 1, width_ = 1;
  bool point_times_ = false;
  PerGroup<Track> tracks_;
};

}  // namespace

bool is_aggregate(const std::string& method) {
  return among(aggregates, method) || among(selectors, method) || among(batches, method) ||
         among(transforms, method);
}

std::unique_ptr<Node> make_aggregate(const std::string& method, Edge edge, const Args& args) {
  if (among(transforms, method)) return std::make_unique<TransformNode>(method, edge, args);
  return std::make_unique<AggregateNode>(method, edge, args);
}

}  // namespace tickwork::stream
