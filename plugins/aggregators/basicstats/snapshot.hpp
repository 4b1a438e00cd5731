// SPDX-License-Identifier: MIT
// A window as bytes, for the next version of this plugin.
#pragma once

#include <string>
#include <string_view>

#include "stats.hpp"

namespace tickwork::basicstats {

/// Throws nothing. Format: "bstats1\n", then for each series key, name, tags and fields, numbers in
/// the machine's own order, counts and lengths as uint32; last a checksum of all that (FNV-1a, 64
/// bits): http://www.isthe.com/chongo/tech/comp/fnv/.
std::string write_snapshot(const Window& window);

/// Throws Error (TW_E_INVALID) when the bytes are not what write_snapshot wrote.
Window read_snapshot(std::string_view bytes);

}  // namespace tickwork::basicstats
