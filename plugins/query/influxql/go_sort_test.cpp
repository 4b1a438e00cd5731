// SPDX-License-Identifier: MIT
#include "go_sort.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace tickwork::query {
namespace {

std::vector<std::pair<int, size_t>> sorted(const std::vector<int>& values) {
  std::vector<std::pair<int, size_t>> out;
  for (size_t i = 0; i < values.size(); ++i) out.emplace_back(values[i], i);
  GoSort([&](size_t a, size_t b) { return out[a].first < out[b].first; },
         [&](size_t a, size_t b) { std::swap(out[a], out[b]); })
      .sort(out.size());
  return out;
}

void expect_sorted(std::vector<int> values) {
  const auto out = sorted(values);
  std::sort(values.begin(), values.end());
  for (size_t i = 0; i < values.size(); ++i) ASSERT_EQ(out[i].first, values[i]) << i;
}

TEST(GoSort, FewElementsKeepTheOrderOfEqualOnes) {
  const std::vector<std::pair<int, size_t>> expected = {{1, 1}, {1, 3}, {2, 0}, {2, 2}, {2, 4}};
  EXPECT_EQ(sorted({2, 1, 2, 1, 2}), expected);
}

// What sort.Sort of Go 1.19.8 does.
TEST(GoSort, ManyEqualOnesEndWhereGoLeavesThem) {
  const std::vector<int> values = {45,  49,  36,  -11, 24,  -4,  -15, -8, -4,  -45, 41,  -16,
                                   -19, 7,   21,  -21, -30, 28,  -46, 21, -39, 8,   -4,  44,
                                   50,  -31, -40, -42, 12,  -32, 44,  40, 46,  48,  -47, 44};
  const std::vector<size_t> places = {34, 18, 9,  27, 26, 20, 29, 25, 16, 15, 12, 11,
                                      6,  3,  7,  8,  5,  22, 13, 21, 28, 14, 19, 4,
                                      17, 2,  31, 10, 23, 35, 30, 0,  32, 33, 1,  24};
  const auto out = sorted(values);
  ASSERT_EQ(out.size(), places.size());
  for (size_t i = 0; i < places.size(); ++i) EXPECT_EQ(out[i].second, places[i]) << i;
}

TEST(GoSort, SortsWhateverTheOrderGiven) {
  for (size_t n : {0u, 1u, 12u, 13u, 50u, 51u, 1000u}) {
    std::vector<int> mixed, rising, falling, equal(n, 7), organ;
    for (size_t i = 0; i < n; ++i) {
      mixed.push_back(static_cast<int>(i * 7919 % 101));
      rising.push_back(static_cast<int>(i));
      falling.push_back(static_cast<int>(n - i));
      organ.push_back(static_cast<int>(std::min(i, n - i)));
    }
    for (const auto& values : {mixed, rising, falling, equal, organ}) expect_sorted(values);
  }
}

}  // namespace
}  // namespace tickwork::query
