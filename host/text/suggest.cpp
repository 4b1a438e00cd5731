// SPDX-License-Identifier: MIT
// Optimal string alignment distance (Damerau 1964, Levenshtein 1966): insertions, deletions,
// substitutions and swaps of neighbours, each 1.
#include "text/suggest.hpp"

#include <algorithm>

namespace tickwork::host {
namespace {

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t differs = a[i - 1] != b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + differs});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string closest(std::string_view mistyped, const std::vector<std::string>& names) {
  if (mistyped.size() > 100) return {};
  size_t best = std::max<size_t>(1, mistyped.size() / 3) + 1;
  const std::string* found = nullptr;
  for (const auto& name : names) {
    if (name.size() > 100) continue;
    const auto d = distance(mistyped, name);
    if (d < best) {
      best = d;
      found = &name;
    }
  }
  return found ? *found : std::string{};
}

std::string did_you_mean(std::string_view mistyped, const std::vector<std::string>& names) {
  const auto name = closest(mistyped, names);
  return name.empty() ? std::string{} : "; did you mean \"" + name + "\"?";
}

}  // namespace tickwork::host
