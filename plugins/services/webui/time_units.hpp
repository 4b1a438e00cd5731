// SPDX-License-Identifier: MIT
// In nanoseconds, as all times but those of a frame.
#pragma once

#include <cstdint>

namespace tickwork::webui {

inline constexpr int64_t millisecond = 1'000'000;
inline constexpr int64_t second = 1000 * millisecond;

}  // namespace tickwork::webui
