// SPDX-License-Identifier: MIT
// Quoting, and durations with their single unit.
#include "kit/tickscript/literal.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "kit/tickscript/tickscript.hpp"

namespace tickwork::tickscript {

std::string unescape(std::string_view text, char quote) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == quote) ++i;
    out += text[i];
  }
  return out;
}

std::string escape(std::string_view text, char quote) {
  std::string out;
  for (char c : text) {
    if (c == quote) out += '\\';
    out += c;
  }
  return out;
}

namespace {
constexpr std::array<std::pair<std::string_view, int64_t>, 8> units{{{"w", 604'800'000'000'000},
                                                                     {"d", 86'400'000'000'000},
                                                                     {"h", 3'600'000'000'000},
                                                                     {"m", 60'000'000'000},
                                                                     {"s", 1'000'000'000},
                                                                     {"ms", 1'000'000},
                                                                     {"u", 1000},
                                                                     {"\xC2\xB5", 1000}}};
}

bool parse_duration(std::string_view text, int64_t& nanoseconds) {
  int64_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{}) return false;
  std::string_view unit{end, static_cast<size_t>(text.data() + text.size() - end)};
  for (auto& [name, length] : units)
    if (unit == name) return !__builtin_mul_overflow(count, length, &nanoseconds);
  return false;
}

std::string format_duration(int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  for (auto& [name, length] : units)
    if (nanoseconds % length == 0) return std::to_string(nanoseconds / length) + std::string{name};
  return std::to_string(nanoseconds) + "ns";
}

}  // namespace tickwork::tickscript
