// SPDX-License-Identifier: MIT
// Durations and sizes as the configuration spells them.
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "options.hpp"

namespace tickwork::testing::detail {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

// Longer names first where one begins another.
constexpr std::array<Unit, 9> duration_units{{{"ns", 1},
                                              {"us", 1e3},
                                              {"µs", 1e3},
                                              {"ms", 1e6},
                                              {"s", 1e9},
                                              {"m", 60e9},
                                              {"h", 3600e9},
                                              {"d", 86400e9},
                                              {"w", 7 * 86400e9}}};
constexpr std::array<Unit, 15> size_units{{{"KiB", 1024.0},
                                           {"MiB", 1048576.0},
                                           {"GiB", 1073741824.0},
                                           {"TiB", 1099511627776.0},
                                           {"KB", 1e3},
                                           {"kB", 1e3},
                                           {"MB", 1e6},
                                           {"GB", 1e9},
                                           {"TB", 1e12},
                                           {"k", 1024.0},
                                           {"K", 1024.0},
                                           {"m", 1048576.0},
                                           {"g", 1073741824.0},
                                           {"B", 1},
                                           {"b", 1}}};

bool take_number(std::string_view& text, double& v) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

template <size_t N>
bool take_unit(std::string_view& text, const std::array<Unit, N>& units, double& factor) {
  for (const Unit& u : units)
    if (text.substr(0, u.name.size()) == u.name) {
      factor = u.factor;
      text.remove_prefix(u.name.size());
      return true;
    }
  return false;
}

}  // namespace

bool read_duration(std::string_view text, int64_t& ns) {
  double total = 0, v = 0, factor = 0;
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text == "0") return ns = 0, true;
  if (text.empty()) return false;
  while (!text.empty()) {
    if (!take_number(text, v) || !take_unit(text, duration_units, factor)) return false;
    total += v * factor;
  }
  ns = std::llround(negative ? -total : total);
  return true;
}

bool read_size(std::string_view text, int64_t& bytes) {
  double v = 0, factor = 1;
  if (!take_number(text, v)) return false;
  if (!text.empty() && !take_unit(text, size_units, factor)) return false;
  bytes = std::llround(v * factor);
  return text.empty();
}

}  // namespace tickwork::testing::detail
