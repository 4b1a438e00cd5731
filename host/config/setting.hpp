// SPDX-License-Identifier: MIT
// One option as a person types it on a command line: KEY=VALUE.
#pragma once

#include <string_view>
#include <vector>

#include "config/configuration.hpp"
#include "module/catalogue.hpp"
#include "result.hpp"

namespace tickwork::host {

// The key and its value. The value is TOML; quotes may be left out where the option (one of these,
// or else one of the host's) is a string, a duration or a size. The key becomes the option's own
// spelling. Whether the option exists and takes the value is for the configuration's check to say.
Result<Entry> read_setting(std::string_view text, const std::vector<OptionInfo>& options);

}  // namespace tickwork::host
