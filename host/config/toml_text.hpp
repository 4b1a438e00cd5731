// SPDX-License-Identifier: MIT
// Values back to TOML text.
#pragma once

#include <string>
#include <string_view>

#include "config/configuration.hpp"

namespace tickwork::host {

std::string toml_key(std::string_view key);        // in quotes where it needs them
std::string toml_text(const Value& value);         // on one line, tables inline
inline constexpr const char* masked = "(secret)";  // instead of a value that is not shown
// "[[inputs.cpu]]" and its options, a line each; tables inside as [inputs.cpu.tags] and
// [[inputs.cpu.constant]] behind them. plugin is what InstanceConfig calls it.
std::string instance_toml(const std::string& plugin, const Table& table);

}  // namespace tickwork::host
