// SPDX-License-Identifier: MIT
// How messages speak of values and types.
#pragma once

#include <string>
#include <string_view>

#include "config/configuration.hpp"

namespace tickwork::host {

std::string_view wanted(uint32_t option_type);       // "a string", "true or false", ...
std::string_view wanted_list(uint32_t option_type);  // "a list of strings such as [\"a\", \"b\"]"
std::string_view option_type_name(uint32_t option_type);  // "string", for tables of options

// "the string \"x\"", "the number 5"; of a secret only its type.
std::string shown(const Value& value, bool secret = false);

}  // namespace tickwork::host
