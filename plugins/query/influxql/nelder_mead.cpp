// SPDX-License-Identifier: MIT
#include "nelder_mead.hpp"

#include <cmath>
#include <cstddef>

namespace tickwork::query {

namespace {

using Point = std::vector<double>;
constexpr int most_steps = 1000;
constexpr double close_enough = 1e-4;

class Simplex {
 public:
  Simplex(const Objective& objective, const Point& start)
      : objective_{objective}, n_{start.size()}, corners_(n_ + 1, start), values_(n_ + 1) {
    auto n = static_cast<double>(n_);
    double root = std::sqrt(n + 1);
    double far = (root - 1 + n) / (n * std::sqrt(2.0)), near = (root - 1) / (n * std::sqrt(2.0));
    for (size_t c = 1; c <= n_; ++c) {
      for (size_t i = 0; i < n_; ++i) corners_[c][i] = (c - 1 == i ? far : near) + start[i];
    }
    for (size_t c = 0; c <= n_; ++c) values_[c] = objective_(corners_[c]);
  }

  void step();
  bool settled() const;
  std::pair<double, Point> best() {
    find_extremes();
    double value = objective_(corners_[best_]);
    return {value, corners_[best_]};
  }

 private:
  void find_extremes();
  Point centre() const;
  // centre + factor * (to - centre), from the side of the worst corner.
  Point along(const Point& centre, const Point& to, double factor) const {
    Point out(n_);
    for (size_t i = 0; i < n_; ++i) out[i] = centre[i] + factor * (to[i] - centre[i]);
    return out;
  }
  void replace(Point point, double value) {
    corners_[worst_] = std::move(point);
    values_[worst_] = value;
  }
  void shrink();

  const Objective& objective_;
  size_t n_, best_ = 0, second_ = 0, worst_ = 0;
  std::vector<Point> corners_;
  std::vector<double> values_;
};

void Simplex::find_extremes() {
  best_ = worst_ = 0;
  for (size_t c = 0; c <= n_; ++c) {
    if (values_[c] > values_[worst_]) worst_ = c;
    if (values_[c] < values_[best_]) best_ = c;
  }
  second_ = best_;
  for (size_t c = 0; c <= n_; ++c) {
    if (values_[c] > values_[second_] && values_[c] < values_[worst_]) second_ = c;
  }
}

Point Simplex::centre() const {
  Point out(n_);
  for (size_t i = 0; i < n_; ++i) {
    double sum = 0;
    for (size_t c = 0; c <= n_; ++c) {
      if (c != worst_) sum += corners_[c][i];
    }
    out[i] = sum / static_cast<double>(n_);
  }
  return out;
}

void Simplex::shrink() {
  const Point to = corners_[best_];
  for (size_t c = 0; c <= n_; ++c) {
    if (c == best_) continue;
    for (size_t i = 0; i < n_; ++i) corners_[c][i] = to[i] + (corners_[c][i] - to[i]) / 2;
  }
  values_[worst_] = objective_(corners_[worst_]);
  values_[second_] = objective_(corners_[second_]);
}

void Simplex::step() {
  find_extremes();
  const Point middle = centre();
  Point reflected(n_);
  for (size_t i = 0; i < n_; ++i) reflected[i] = middle[i] + (middle[i] - corners_[worst_][i]);
  double value = objective_(reflected);
  if (value < values_[best_]) {
    Point expanded = along(middle, reflected, 2);
    double further = objective_(expanded);
    return further < value ? replace(std::move(expanded), further)
                           : replace(std::move(reflected), value);
  }
  if (value < values_[second_]) return replace(std::move(reflected), value);
  bool outside = value < values_[worst_];
  Point contracted = outside ? along(middle, reflected, 0.5) : along(middle, corners_[worst_], 0.5);
  double nearer = objective_(contracted);
  if (nearer < values_[worst_]) return replace(std::move(contracted), nearer);
  shrink();
}

bool Simplex::settled() const {
  double sum = 0, squares = 0;
  for (double v : values_) sum += v;
  double mean = sum / static_cast<double>(n_ + 1);
  for (double v : values_) squares += (v - mean) * (v - mean) / static_cast<double>(n_);
  return std::sqrt(squares) < close_enough;
}

}  // namespace

std::pair<double, std::vector<double>> nelder_mead(const Objective& objective,
                                                   const std::vector<double>& start) {
  Simplex simplex(objective, start);
  for (int i = 0; i < most_steps; ++i) {
    simplex.step();
    if (simplex.settled()) break;
  }
  return simplex.best();
}

}  // namespace tickwork::query
