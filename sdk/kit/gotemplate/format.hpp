// SPDX-License-Identifier: MIT
// Go's notations for times and its printf.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kit/gotemplate/gotemplate.hpp"

namespace tickwork::gotemplate {

/// A time by a layout written for Go's reference time (Mon Jan 2 15:04:05 MST 2006).
std::string format_time(const Value& time, std::string_view layout);

/// Go's fmt.Sprintf.
std::string format(std::string_view text, const std::vector<Value>& args, size_t first);

}  // namespace tickwork::gotemplate
