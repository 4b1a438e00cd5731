// SPDX-License-Identifier: MIT
// JSON written as Go's encoding/json writes it, for answers that clients compare byte by byte.
//
//   std::string out;
//   tickwork::gojson::append(out, "a<b");   // "a\u003cb"
//   tickwork::gojson::append(out, 1e21);    // 1e+21
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tickwork::gojson {

/// A quoted string: control characters, <, > and & escaped, invalid UTF-8 replaced by \ufffd.
void append(std::string& out, std::string_view text);
/// Shortest digits; exponents below 1e-6 and from 1e21 on. Not for NaN and infinities (see finite).
void append(std::string& out, double value);
void append(std::string& out, int64_t value);
void append(std::string& out, bool value);
inline void append(std::string& out, const char* text) { append(out, std::string_view{text}); }

/// Whether JSON can hold the number.
bool finite(double value);

/// "1971-01-01T00:00:10Z": RFC 3339 in UTC with as many fraction digits as needed.
std::string timestamp(int64_t nanoseconds);
void append_timestamp(std::string& out, int64_t nanoseconds);

/// Reads RFC 3339 with Z or an offset; false when it is none.
bool parse_timestamp(std::string_view text, int64_t& nanoseconds);

}  // namespace tickwork::gojson
