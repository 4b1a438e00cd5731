// SPDX-License-Identifier: MIT
// "did you mean": the known name that a mistyped one was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tickwork::host {

// The closest of names, or empty when none is close: at most a third of the letters differ.
std::string closest(std::string_view mistyped, const std::vector<std::string>& names);

// "; did you mean "x"?", or empty.
std::string did_you_mean(std::string_view mistyped, const std::vector<std::string>& names);

}  // namespace tickwork::host
