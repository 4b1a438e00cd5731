// SPDX-License-Identifier: MIT
// Texts of the ABI as string views, and back.
#pragma once

#include <tickwork/tickwork.h>

#include <string_view>

namespace tickwork::testing::detail {

inline std::string_view view(tw_str s) { return s.data ? std::string_view{s.data, s.len} : ""; }
inline tw_str str(std::string_view s) { return {s.data(), s.size()}; }

}  // namespace tickwork::testing::detail
