// SPDX-License-Identifier: MIT
// TOML text to a Table with origins. The only file that includes TOML++ is toml.cpp.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "config/configuration.hpp"

namespace tickwork::host {

// Accepts TOML 1.0 and what deployed Telegraf files need beyond it: trailing commas and newlines in
// inline tables, and bytes that are not UTF-8 in strings. The order of keys is that of the text.
// The origin of a value is that of its key; of an element or a [[table]], its own.
std::variant<Table, Diagnostic> parse_toml(std::string_view text, const std::string& file);

}  // namespace tickwork::host
