// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace tickwork::host {

inline constexpr int64_t second = 1'000'000'000;  // ns

}  // namespace tickwork::host
