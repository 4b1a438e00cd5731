// SPDX-License-Identifier: MIT
// Bytes that are not UTF-8 on their way through a reader that insists on it: each is covered by a
// private character and uncovered behind the reader.
#pragma once

#include <string>
#include <string_view>

namespace tickwork::host {

bool is_utf8(std::string_view text);

// Each stray byte becomes one private-use character.
std::string cover_bytes(std::string_view text);

// The inverse: text without covered bytes comes back as it is.
std::string uncover_bytes(std::string text);

}  // namespace tickwork::host
