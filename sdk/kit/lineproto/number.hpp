// SPDX-License-Identifier: MIT
// Numbers of line protocol, for tokens whose extent is known. Each function takes only the plain
// form that it is sure of and returns false otherwise: the exact parser decides then.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

namespace tickwork::lineproto {

// Eight ASCII digits in a register to their value (Lemire: Quickly parsing eight digits, 2018).
inline bool eight_digits(const char* p, uint64_t& value) noexcept {
  uint64_t v;
  std::memcpy(&v, p, 8);
  if constexpr (std::endian::native == std::endian::big) v = __builtin_bswap64(v);
  if ((((v + 0x4646464646464646) | (v - 0x3030303030303030)) & 0x8080808080808080) != 0) {
    return false;
  }
  v -= 0x3030303030303030;
  v = v * 10 + (v >> 8);
  value = (((v & 0x000000FF000000FF) * 0x000F424000000064) +
           (((v >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >>
          32;
  return true;
}

// Digits only, at most 19 of them.
inline bool digits(const char* p, size_t n, uint64_t& value) noexcept {
  if (n == 0 || n > 19) return false;
  uint64_t sum = 0;
  for (; n >= 8; n -= 8, p += 8) {
    uint64_t part = 0;
    if (!eight_digits(p, part)) return false;
    sum = sum * 100000000 + part;
  }
  for (; n > 0; --n, ++p) {
    const auto digit = static_cast<unsigned>(*p - '0');
    if (digit > 9) return false;
    sum = sum * 10 + digit;
  }
  value = sum;
  return true;
}

inline bool plain_int(std::string_view token, int64_t& value) noexcept {
  const bool negative = !token.empty() && token[0] == '-';
  if (negative) token.remove_prefix(1);
  uint64_t magnitude = 0;
  if (!digits(token.data(), token.size(), magnitude)) return false;
  if (magnitude > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return false;
  value = negative ? -static_cast<int64_t>(magnitude) : static_cast<int64_t>(magnitude);
  return true;
}

// Mantissa below 2^53 and a power of ten up to 22 divide exactly (Clinger 1990).
inline bool plain_float(std::string_view token, double& value) noexcept {
  static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char* p = token.data();
  const char* const end = p + token.size();
  const bool negative = p != end && *p == '-';
  if (negative) ++p;
  uint64_t mantissa = 0;
  size_t seen = 0;
  const char* point = nullptr;
  for (const char* q = p; q != end; ++q) {
    const auto digit = static_cast<unsigned>(*q - '0');
    if (digit <= 9) {
      mantissa = mantissa * 10 + digit;
      ++seen;
    } else if (*q == '.' && point == nullptr) {
      point = q;
    } else {
      return false;
    }
  }
  const auto scale = point == nullptr ? 0 : static_cast<size_t>(end - point - 1);
  if (seen == 0 || seen > 19) return false;
  if (mantissa >= uint64_t{1} << 53) {
    const auto [rest, error] = std::from_chars(token.data(), end, value);
    return error == std::errc{} && rest == end;
  }
  value = static_cast<double>(mantissa) / powers[scale];
  if (negative) value = -value;
  return true;
}

inline bool boolean(std::string_view token, bool& value) noexcept {
  const auto is = [token](std::string_view text) { return token == text; };
  if (is("t") || is("true") || is("T") || is("True") || is("TRUE")) return value = true;
  value = false;
  return is("f") || is("false") || is("F") || is("False") || is("FALSE");
}

}  // namespace tickwork::lineproto
