// SPDX-License-Identifier: MIT
// Bodies that come packed by gzip (RFC 1952). Any thread.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tickwork::gzip {

/// Not gzip, or damaged; says what in the words of Go's package, which InfluxDB's clients know.
struct Damaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// More than was asked for.
struct TooLarge : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The bytes unpacked. Throws Damaged, and TooLarge as soon as there are more than `most` of them
/// (0: no limit): a few bytes can unpack to any number.
std::string unpack(std::string_view bytes, size_t most);

}  // namespace tickwork::gzip
