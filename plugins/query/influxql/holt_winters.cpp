// SPDX-License-Identifier: MIT
// Hyndman, Athanasopoulos: Forecasting, principles and practice, 8.3 and 8.4, in the form that
// InfluxDB documents; the four weights are sought by Nelder and Mead's method from a grid of
// starts. The search has many local minima: InfluxDB, which takes its steps in another order, ends
// in others, some percent away.
#include "holt_winters.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nelder_mead.hpp"

namespace tickwork::query {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double least_start = 0.3, most_start = 1.0, start_step = 0.4;
enum Weight { alpha, beta, gamma, phi, level, trend, first_season };

// base^n, n >= 0, by squaring: the same roundings wherever it runs.
double power(double base, size_t n) {
  double out = 1;
  for (; n != 0; n >>= 1, base *= base) {
    if (n & 1) out *= base;
  }
  return out;
}

int64_t rounded(int64_t time, int64_t interval) {
  int64_t into = time % interval;
  return time - into + (into > interval / 2 ? interval : 0);
}

// The values an interval apart; NaN where there is none.
std::vector<double> evenly(const Outs& in, int64_t interval) {
  std::vector<double> out;
  int64_t time = 0;
  for (const Out& o : in) {
    int64_t at = rounded(o.time, interval);
    if (!out.empty() && at <= time) continue;
    for (time = out.empty() ? at : time + interval; time != at; time += interval) {
      out.push_back(nan);
    }
    out.push_back(o.value.number());
  }
  return out;
}

class Model {
 public:
  Model(std::vector<double> values, size_t period)
      : values_{std::move(values)}, period_{period}, season_{period < 2 ? 0 : period} {}

  std::vector<double> fitted() const;
  // The values as the model has them, and `more` after them.
  std::vector<double> forecast(size_t more, std::vector<double>& weights) const;

 private:
  std::vector<double> start() const;
  double error(std::vector<double>& weights) const;

  std::vector<double> values_;
  size_t period_;  // as given
  size_t season_;  // 0: none
};

// InfluxDB's guesses; without a season they are zeros.
std::vector<double> Model::start() const {
  std::vector<double> out(first_season + period_);
  auto m = static_cast<double>(period_);
  for (size_t i = 0; i < period_; ++i) {
    if (!std::isnan(values_[i])) out[level] += 1 / m * values_[i];
  }
  for (size_t i = 0; i < period_ && period_ + i < values_.size(); ++i) {
    if (std::isnan(values_[i]) || std::isnan(values_[period_ + i])) continue;
    out[trend] += 1 / (m * m) * (values_[period_ + i] - values_[i]);
  }
  for (size_t i = 0; i < period_; ++i) {
    out[first_season + i] = std::isnan(values_[i]) ? 0 : values_[i] / out[level];
  }
  return out;
}

// Seasons are kept in `weights` as a ring and change there, which the search sees.
std::vector<double> Model::forecast(size_t more, std::vector<double>& w) const {
  for (int i = alpha; i <= phi; ++i) w[i] = std::clamp(w[i], 0.0, 1.0);
  std::vector<double> out(values_.size() + more);
  double* seasons = w.data() + first_season;
  double value = out[0] = values_[0], damping = w[phi], l = w[level], b = w[trend];
  size_t m = season_, turn = m == 0 ? 0 : m - 1;
  for (size_t t = 1; t < out.size(); ++t) {
    double last = m ? seasons[(t - m + turn) % m] : 1;
    double next = m ? seasons[(t - m + t % m + turn) % m] : 1;
    double carried = l + w[phi] * b;
    double l_next = w[alpha] * (value / last) + (1 - w[alpha]) * carried;
    double b_next = w[beta] * (l_next - l) + (1 - w[beta]) * w[phi] * b;
    double s_next = w[gamma] * (value / carried) + (1 - w[gamma]) * last;
    value = (l_next + damping * b_next) * next;
    l = l_next;
    b = b_next;
    damping += power(w[phi], t);
    if (m) seasons[(t + turn++) % m] = s_next;
    out[t] = value;
  }
  return out;
}

double Model::error(std::vector<double>& weights) const {
  double sum = 0;
  std::vector<double> made = forecast(0, weights);
  for (size_t i = 0; i < made.size(); ++i) {
    if (std::isnan(values_[i])) continue;
    if (std::isnan(made[i])) return std::numeric_limits<double>::infinity();
    sum += (made[i] - values_[i]) * (made[i] - values_[i]);
  }
  return sum;
}

std::vector<double> Model::fitted() const {
  std::vector<double> from = start(), best;
  double least = std::numeric_limits<double>::infinity();
  auto error = [this](std::vector<double>& weights) { return this->error(weights); };
  for (double a = least_start; a < most_start; a += start_step) {
    for (double b = least_start; b < most_start; b += start_step) {
      for (double c = least_start; c < most_start; c += start_step) {
        for (double d = least_start; d < most_start; d += start_step) {
          from[alpha] = a, from[beta] = b, from[gamma] = c, from[phi] = d;
          auto [value, weights] = nelder_mead(error, from);
          if (value >= least && !best.empty()) continue;
          least = value;
          best = weights;
        }
      }
    }
  }
  return best;
}

[[noreturn]] void fail(const std::string& message) { throw StatementError(message); }

}  // namespace

bool is_holt_winters(std::string_view f) {
  return f == "holt_winters" || f == "holt_winters_with_fit";
}

void check_holt_winters(const Expr& call) {
  const std::string& f = call.text;
  if (call.args.size() != 3) {
    fail("invalid number of arguments for " + f + ", expected 3, got " +
         std::to_string(call.args.size()));
  }
  const Expr &ahead = *call.args[1], &season = *call.args[2];
  if (ahead.kind != ExprKind::integer) fail("expected integer argument as second arg in " + f);
  if (ahead.integer <= 0) {
    fail("second arg to " + f + " must be greater than 0, got " + std::to_string(ahead.integer));
  }
  if (season.kind != ExprKind::integer) fail("expected integer argument as third arg in " + f);
  if (season.integer < 0) {
    fail("third arg to " + f + " cannot be negative, got " + std::to_string(season.integer));
  }
  if (call.args[0]->kind != ExprKind::call) fail("must use aggregate function with " + f);
}

void set_holt_winters(const Expr& call, Transformation& out) {
  out.n = static_cast<size_t>(call.args[1]->integer);
  out.season = static_cast<size_t>(call.args[2]->integer);
}

Outs holt_winters(const Transformation& t, const Outs& in) {
  bool seasonal = t.season >= 2;
  if (in.size() < 2 || (seasonal && in.size() < t.season)) return {};
  std::vector<double> values = evenly(in, t.unit);
  size_t known = values.size();
  if (known < 2) return {};
  Model model(std::move(values), t.season);
  std::vector<double> weights = model.fitted();
  std::vector<double> made = model.forecast(t.n, weights);
  bool with_fit = t.function == "holt_winters_with_fit";
  Outs out;
  for (size_t i = with_fit ? 0 : known; i < made.size(); ++i) {
    if (std::isnan(made[i])) continue;
    int64_t time = with_fit ? in.front().time + t.unit * static_cast<int64_t>(i)
                            : in.back().time + t.unit * static_cast<int64_t>(i - known + 1);
    out.push_back({time, Value::of(made[i]), nullptr, 0});
  }
  return out;
}

}  // namespace tickwork::query
