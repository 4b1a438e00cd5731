// SPDX-License-Identifier: MIT
// Sorting that leaves equal elements in the order in which Go's sort.Sort (1.19 and later) leaves
// them: a pattern-defeating quicksort (Peters 2021) is not stable, yet always does the same. Which
// of equal values percentile() and mode() choose follows from it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace tickwork::query {

// less(i, j) compares and swap(i, j) exchanges the elements at two places.
template <class Less, class Swap>
class GoSort {
 public:
  GoSort(Less less, Swap swap) : less_{std::move(less)}, swap_{std::move(swap)} {}
  void sort(size_t n) { quick(0, n, static_cast<int>(std::bit_width(n))); }

 private:
  enum class Hint { none, rising, falling };
  static constexpr size_t most_inserted = 12;

  void insertion(size_t a, size_t b) {
    for (size_t i = a + 1; i < b; ++i) {
      for (size_t j = i; j > a && less_(j, j - 1); --j) swap_(j, j - 1);
    }
  }

  void sift(size_t root, size_t end, size_t first) {
    for (;;) {
      size_t child = 2 * root + 1;
      if (child >= end) return;
      if (child + 1 < end && less_(first + child, first + child + 1)) ++child;
      if (!less_(first + root, first + child)) return;
      swap_(first + root, first + child);
      root = child;
    }
  }

  void heap(size_t a, size_t b) {
    const size_t n = b - a;
    for (size_t i = (n - 1) / 2 + 1; i-- > 0;) sift(i, n, a);
    for (size_t i = n; i-- > 0;) {
      swap_(a, a + i);
      sift(0, i, a);
    }
  }

  void quick(size_t a, size_t b, int limit) {
    bool balanced = true, parted = true;
    for (;;) {
      const size_t n = b - a;
      if (n <= most_inserted) return insertion(a, b);
      if (limit == 0) return heap(a, b);
      if (!balanced) {
        break_patterns(a, b);
        --limit;
      }
      Hint hint = Hint::none;
      size_t pivot = choose(a, b, hint);
      if (hint == Hint::falling) {
        reverse(a, b);
        pivot = b - 1 - (pivot - a);
        hint = Hint::rising;
      }
      if (balanced && parted && hint == Hint::rising && nearly_sorted(a, b)) return;
      if (a > 0 && !less_(a - 1, pivot)) {
        a = part_equal(a, b, pivot);
        continue;
      }
      const size_t middle = part(a, b, pivot, parted);
      const size_t left = middle - a, right = b - middle, least = n / 8;
      if (left < right) {
        balanced = left >= least;
        quick(a, middle, limit);
        a = middle + 1;
      } else {
        balanced = right >= least;
        quick(middle + 1, b, limit);
        b = middle;
      }
    }
  }

  // Smaller ones before the pivot, which ends at the place that is returned.
  size_t part(size_t a, size_t b, size_t pivot, bool& already) {
    swap_(a, pivot);
    size_t i = a + 1, j = b - 1;
    const auto meet = [&] {
      while (i <= j && less_(i, a)) ++i;
      while (i <= j && !less_(j, a)) --j;
      return i > j;
    };
    already = meet();
    while (i <= j) {
      swap_(i, j);
      ++i, --j;
      if (meet()) break;
    }
    swap_(j, a);
    return j;
  }

  // Those equal to the pivot, the smallest, before the others.
  size_t part_equal(size_t a, size_t b, size_t pivot) {
    swap_(a, pivot);
    size_t i = a + 1, j = b - 1;
    for (;;) {
      while (i <= j && !less_(a, i)) ++i;
      while (i <= j && less_(a, j)) --j;
      if (i > j) return i;
      swap_(i, j);
      ++i, --j;
    }
  }

  bool nearly_sorted(size_t a, size_t b) {
    constexpr int most_steps = 5;
    constexpr size_t shortest = 50;
    size_t i = a + 1;
    for (int step = 0; step < most_steps; ++step) {
      while (i < b && !less_(i, i - 1)) ++i;
      if (i == b) return true;
      if (b - a < shortest) return false;
      swap_(i, i - 1);
      if (i - a >= 2) {
        for (size_t j = i - 1; j >= 1 && less_(j, j - 1); --j) swap_(j, j - 1);
      }
      if (b - i >= 2) {
        for (size_t j = i + 1; j < b && less_(j, j - 1); ++j) swap_(j, j - 1);
      }
    }
    return false;
  }

  void break_patterns(size_t a, size_t b) {
    const size_t n = b - a;
    if (n < 8) return;
    uint64_t random = n;
    const uint64_t modulus = uint64_t{1} << std::bit_width(n);
    const size_t at = a + (n / 4) * 2 - 1;
    for (size_t i = 0; i < 3; ++i) {
      random ^= random << 13;
      random ^= random >> 17;
      random ^= random << 5;
      size_t other = static_cast<size_t>(random & (modulus - 1));
      if (other >= n) other -= n;
      swap_(at + i, a + other);
    }
  }

  size_t choose(size_t a, size_t b, Hint& hint) {
    constexpr size_t shortest_ninther = 50, all_swapped = 12;
    const size_t n = b - a;
    size_t swaps = 0, i = a + n / 4 * 1, j = a + n / 4 * 2, k = a + n / 4 * 3;
    if (n >= 8) {
      if (n >= shortest_ninther) {
        i = median(i - 1, i, i + 1, swaps);
        j = median(j - 1, j, j + 1, swaps);
        k = median(k - 1, k, k + 1, swaps);
      }
      j = median(i, j, k, swaps);
    }
    hint = swaps == 0 ? Hint::rising : swaps == all_swapped ? Hint::falling : Hint::none;
    return j;
  }

  size_t median(size_t a, size_t b, size_t c, size_t& swaps) {
    const auto order = [&](size_t& x, size_t& y) {
      if (!less_(y, x)) return;
      ++swaps;
      std::swap(x, y);
    };
    order(a, b);
    order(b, c);
    order(a, b);
    return b;
  }

  void reverse(size_t a, size_t b) {
    for (size_t i = a, j = b - 1; i < j; ++i, --j) swap_(i, j);
  }

  Less less_;
  Swap swap_;
};

}  // namespace tickwork::query
