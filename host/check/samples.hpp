// SPDX-License-Identifier: MIT
// Points and texts that the kind tests feed to plugins.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tickwork/testing/points.hpp>

namespace tickwork::host::check {

// n points of a few series with every value type, stamped a second apart, tokens from 1.
testing::Points sample_points(size_t n);

// The beginnings of texts in usual formats: every parser takes some of them.
std::span<const std::string_view> sample_texts();

}  // namespace tickwork::host::check
