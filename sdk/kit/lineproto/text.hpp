// SPDX-License-Identifier: MIT
#pragma once

#include <tickwork/tickwork.h>

#include <string_view>

namespace tickwork::lineproto {

// What may stand before a line and between its parts.
inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\0'; }

inline std::string_view view(tw_str text) { return {text.data, text.len}; }

}  // namespace tickwork::lineproto
