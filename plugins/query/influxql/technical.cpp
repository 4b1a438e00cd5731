// SPDX-License-Identifier: MIT
// Definitions: exponential averages weigh the newest value with 2 / (n + 1); until n values were
// seen, `exponential` warms up with 2 / (k + 1) for the kth value and `simple` with the plain mean.
#include "technical.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace tickwork::query {

using namespace influxql;

namespace {

struct Kind {
  std::string_view name;
  size_t most_arguments;
  bool raw_warmup;     // has the warm-up type 'none' as well
  int64_t least_hold;  // of a hold period that is given
};
constexpr std::array<Kind, 8> kinds = {{{"exponential_moving_average", 4, false, 0},
                                        {"double_exponential_moving_average", 4, false, 0},
                                        {"triple_exponential_moving_average", 4, false, 0},
                                        {"triple_exponential_derivative", 4, false, 1},
                                        {"relative_strength_index", 4, false, 0},
                                        {"kaufmans_efficiency_ratio", 3, false, 0},
                                        {"kaufmans_adaptive_moving_average", 3, false, 0},
                                        {"chande_momentum_oscillator", 4, true, 0}}};

const Kind* kind_of(std::string_view name) {
  auto at = std::find_if(kinds.begin(), kinds.end(), [&](auto& k) { return k.name == name; });
  return at == kinds.end() ? nullptr : &*at;
}

class Ema {
 public:
  Ema(int64_t n, bool simple) : Ema{n, simple, 2 / static_cast<double>(n + 1)} {}
  Ema(int64_t n, bool simple, double weight) : n_{n}, simple_{simple}, weight_{weight} {}

  bool warm() const { return count_ >= n_; }
  // Whether a stage behind this one takes its values yet.
  bool feeds() const { return !simple_ || warm(); }
  double add(double v) {
    if (count_ >= n_) return last_ += (v - last_) * weight_;
    ++count_;
    if (!simple_) return last_ += (v - last_) * (2 / static_cast<double>(count_ + 1));
    sum_ += v;
    return last_ = sum_ / static_cast<double>(count_);
  }

 private:
  int64_t n_, count_ = 0;
  bool simple_;
  double weight_, last_ = 0, sum_ = 0;
};

// Up to three averages of averages. Under the simple warm-up a stage begins when the one before is
// warm, and shows its value until then.
class Cascade {
 public:
  Cascade(int64_t n, bool simple) : stages_{Ema{n, simple}, Ema{n, simple}, Ema{n, simple}} {}
  std::array<double, 3> add(double v) {
    std::array<double, 3> out{};
    bool feeds = true;
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = v = feeds ? stages_[i].add(v) : v;
      feeds = feeds && stages_[i].feeds();
    }
    return out;
  }

 private:
  std::array<Ema, 3> stages_;
};

// The last n steps of a series, and the value before them; zero before the first.
class Steps {
 public:
  explicit Steps(int64_t n, bool from_first)
      : points_(static_cast<size_t>(n)), from_first_{from_first} {}

  double oldest() const { return points_[at_].value; }
  // The step to v; `gone` receives the one that leaves.
  double add(double v, double& gone) {
    double step = count_ == 0 && from_first_ ? 0 : v - last_;
    gone = points_[at_].step;
    points_[at_] = {v, step};
    at_ = (at_ + 1) % points_.size();
    last_ = v;
    ++count_;
    return step;
  }

 private:
  struct Point {
    double value = 0, step = 0;
  };
  std::vector<Point> points_;
  bool from_first_;
  size_t at_ = 0, count_ = 0;
  double last_ = 0;
};

class EfficiencyRatio {
 public:
  explicit EfficiencyRatio(int64_t n) : steps_{n, false} {}
  double add(double v) {
    double way = std::fabs(v - steps_.oldest()), gone = 0;
    double step = steps_.add(v, gone);
    noise_ -= std::fabs(gone);
    noise_ += std::fabs(step);
    return noise_ == 0 ? 0 : way / noise_;
  }

 private:
  Steps steps_;
  double noise_ = 0;
};

class AdaptiveAverage {
 public:
  explicit AdaptiveAverage(int64_t n) : ratio_{n}, cold_{n} {}
  // It follows the values themselves until n were seen.
  double add(double v) {
    constexpr double slow = 2.0 / 31, range = 56.0 / 93;  // of 2/3 and 2/31
    double weight = ratio_.add(v) * range + slow;
    double now = last_ + weight * weight * (v - last_);
    last_ = cold_ > 0 ? v : now;
    if (cold_ > 0) --cold_;
    return now;
  }

 private:
  EfficiencyRatio ratio_;
  int64_t cold_;
  double last_ = 0;
};

// Averages of the upward and the downward steps.
class UpDown {
 public:
  UpDown(int64_t n, bool simple) : up_{n + 1, simple, 1 / static_cast<double>(n)}, down_{up_} {}
  std::pair<double, double> add(double v) {
    double step = v - last_;
    last_ = v;
    return {up_.add(std::max(step, 0.0)), down_.add(std::max(-step, 0.0))};
  }

 private:
  Ema up_, down_;
  double last_ = 0;
};

double momentum(double up, double down) {
  return up + down == 0 ? 0 : 100 * ((up - down) / (up + down));
}

// Chande's oscillator over the steps themselves.
class Momentum {
 public:
  explicit Momentum(int64_t n) : steps_{n, true} {}
  double add(double v) {
    double gone = 0, step = steps_.add(v, gone);
    up_ = up_ - std::max(gone, 0.0) + std::max(step, 0.0);  // in this order, as InfluxDB rounds
    down_ = down_ - std::max(-gone, 0.0) + std::max(-step, 0.0);
    return momentum(up_, down_);
  }

 private:
  Steps steps_;
  double up_ = 0, down_ = 0;
};

template <class Next>
Outs each(const Transformation& t, const Outs& in, Next next) {
  Outs out;
  int64_t seen = 0;
  for (const Out& o : in) {
    double v = next(o.value.number());
    if (++seen > t.hold) out.push_back({o.time, Value::of(v), nullptr, 0});
  }
  return out;
}

int64_t default_hold(const Transformation& t) {
  auto n = static_cast<int64_t>(t.n);
  bool simple = t.warmup == "simple";
  if (t.function == "exponential_moving_average") return n - 1;
  if (t.function == "double_exponential_moving_average") return simple ? 2 * (n - 1) : n - 1;
  if (t.function == "triple_exponential_moving_average") return simple ? 3 * (n - 1) : n - 1;
  if (t.function == "triple_exponential_derivative") return (simple ? 3 * (n - 1) : n - 1) + 1;
  if (t.function == "chande_momentum_oscillator" && t.warmup == "none") return n - 1;
  return n;
}

[[noreturn]] void fail(const std::string& message) { throw StatementError(message); }

void check_warmup(const Expr& call, const Kind& kind) {
  const Expr& warmup = *call.args[3];
  if (warmup.kind != ExprKind::string) fail(call.text + " warmup type must be a string");
  bool known = warmup.text == "exponential" || warmup.text == "simple" ||
               (kind.raw_warmup && warmup.text == "none");
  if (known) return;
  fail(call.text + " warmup type must be one of: " + (kind.raw_warmup ? "'none' " : "") +
       "'exponential' 'simple'");
}

}  // namespace

bool is_technical(std::string_view function) { return kind_of(function) != nullptr; }

void check_technical(const Expr& call) {
  const Kind& kind = *kind_of(call.text);
  size_t n = call.args.size();
  if (n < 2 || n > kind.most_arguments) {
    fail("invalid number of arguments for " + call.text +
         ", expected at least 2 but no more than " + std::to_string(kind.most_arguments) +
         ", got " + std::to_string(n));
  }
  const Expr& period = *call.args[1];
  if (period.kind != ExprKind::integer) fail(call.text + " period must be an integer");
  if (period.integer < 1) fail(call.text + " period must be greater than or equal to 1");
  if (n > 2) {
    const Expr& hold = *call.args[2];
    if (hold.kind != ExprKind::integer) fail(call.text + " hold period must be an integer");
    if (hold.integer < kind.least_hold && hold.integer != -1) {
      fail(call.text + " hold period must be greater than or equal to " +
           std::to_string(kind.least_hold));
    }
  }
  if (n > 3) check_warmup(call, kind);
}

void set_technical(const Expr& call, Transformation& out) {
  out.n = static_cast<size_t>(call.args[1]->integer);
  out.warmup = kind_of(call.text)->raw_warmup ? "none" : "exponential";
  if (call.args.size() > 3) out.warmup = call.args[3]->text;
  out.hold = call.args.size() > 2 ? call.args[2]->integer : -1;
  if (out.hold < 0) out.hold = default_hold(out);
}

Outs technical(const Transformation& t, const Outs& in) {
  auto n = static_cast<int64_t>(t.n);
  bool simple = t.warmup == "simple";
  const std::string& f = t.function;
  Cascade averages(n, simple);
  if (f == "exponential_moving_average") {
    return each(t, in, [&](double v) { return averages.add(v)[0]; });
  }
  if (f == "double_exponential_moving_average") {
    return each(t, in, [&](double v) {
      auto a = averages.add(v);
      return 2 * a[0] - a[1];
    });
  }
  if (f == "triple_exponential_moving_average") {
    return each(t, in, [&](double v) {
      auto a = averages.add(v);
      return 3 * a[0] - 3 * a[1] + a[2];
    });
  }
  if (f == "triple_exponential_derivative") {
    return each(t, in, [&, last = 0.0](double v) mutable {
      double now = averages.add(v)[2], rate = (now / last - 1) * 100;
      last = now;
      return rate;
    });
  }
  if (f == "kaufmans_efficiency_ratio") {
    return each(t, in, [ratio = EfficiencyRatio(n)](double v) mutable { return ratio.add(v); });
  }
  if (f == "kaufmans_adaptive_moving_average") {
    return each(t, in, [average = AdaptiveAverage(n)](double v) mutable { return average.add(v); });
  }
  if (f == "chande_momentum_oscillator" && t.warmup == "none") {
    return each(t, in, [steps = Momentum(n)](double v) mutable { return steps.add(v); });
  }
  UpDown steps(n, simple);
  bool chande = f == "chande_momentum_oscillator";
  return each(t, in, [&](double v) {
    auto [up, down] = steps.add(v);
    return chande ? 100 * ((up - down) / (up + down)) : 100 - 100 / (1 + up / down);
  });
}

}  // namespace tickwork::query
